import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'
import { fragmentOf } from '../../src/report/link/page-link.ts'
import { axeFindings } from './axe-findings.ts'
import { CHROMIUM } from './chromium.ts'
import { type OpenPage, startPage } from './open-page.ts'

const textOf = (name: string) => readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8')

describe.skipIf(CHROMIUM === undefined)('figures of the page', () => {
  let pages: OpenPage
  beforeAll(async () => {
    pages = await startPage()
  })
  afterAll(async () => {
    await pages?.close()
    rmSync(pages.dir, { recursive: true, force: true })
  })

  test('the page draws figures over time, and a click in one moves the clock', async () => {
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text: textOf('first-steps') }))
    await page.getByRole('tab', { name: 'Figures' }).click()
    await page.getByRole('combobox', { name: 'Connections of the path' }).selectOption({ index: 1 })
    const over = page.locator('.charts .u-over').first()
    await over.waitFor({ timeout: 60_000 })
    expect(await page.locator('.charts figcaption').allTextContents()).toEqual([
      'Window, kB',
      'In flight, kB',
      'Round trip, ms',
      'Goodput, Mbit/s',
      'Queue, packets',
    ])
    const { x, y, width } = (await over.boundingBox()) ?? { x: 0, y: 0, width: 0 }
    await page.mouse.click(x + width / 2, y + 20)
    const [now, length] = ((await page.locator('.now').textContent()) ?? '').split(' of ').map(Number.parseFloat)
    expect(now / length).toBeGreaterThan(0.45)
    expect(now / length).toBeLessThan(0.55)
    expect(await axeFindings(page)).toEqual([])
    expect(pages.complaints).toEqual([])
    await page.close()
  })

  test('the page shows what is in a packet, as a trace in Node has it', async () => {
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text: textOf('first-steps') }))
    await page.getByRole('tab', { name: 'Packets' }).click()
    const packets = page.getByRole('region', { name: 'Packets around this moment' }).getByRole('button')
    await packets.first().click()
    const packet = page.getByRole('region', { name: 'Packet', exact: true })
    await packet.getByRole('table').waitFor({ timeout: 60_000 })
    expect(await packet.textContent()).toMatch(/Packet0 on link\/wire\/forward.*\[S\] seq \d+ ack 0.*0 of data/)
    await packets.nth(3).click()
    await expect.poll(() => packet.textContent(), { timeout: 60_000 }).toContain('GET /')
    expect(await axeFindings(page)).toEqual([])
    expect(pages.complaints).toEqual([])
    await page.close()
  })

  test('the page shows any moment of 500 nodes at once, with little script in a frame', {
    timeout: 400_000,
  }, async () => {
    const text = textOf('heartbeats-500')
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text }))
    await page.getByRole('tab', { name: 'Figures' }).click()
    expect(await page.locator('.digest').textContent()).toContain(simulateText(text).digest)
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('3')
    await page.getByRole('button', { name: '▶ Play' }).click()
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const scriptS = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN
    }
    const before = await scriptS()
    const frames = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const begin = performance.now()
          let count = 0
          requestAnimationFrame(function next() {
            count++
            if (performance.now() - begin < 3_000) requestAnimationFrame(next)
            else resolve(count)
          })
        }),
    )
    expect(((await scriptS()) - before) * 1_000).toBeLessThan(8 * frames)
    expect(await page.locator('circle.packet').count()).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Pause' }).click()
    // The middle of jumps forwards and backwards, each with the frame that shows it.
    const jumpsMs = await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('input[aria-label="Simulated time"]')
      const times: number[] = []
      for (const value of ['9000', '100', '5000', '9999', '2500']) {
        const begin = performance.now()
        if (slider !== null) slider.value = value
        slider?.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
        times.push(performance.now() - begin)
      }
      return times
    })
    expect(jumpsMs.toSorted((a, b) => a - b)[2]).toBeLessThan(100)
    expect(pages.complaints).toEqual([])
    await page.close()
  })
})
