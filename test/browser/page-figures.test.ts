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
      'Pacing, Mbit/s',
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

  test('the page draws the sequence of messages, with those that come after the moment of the clock', async () => {
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text: textOf('first-steps') }))
    await page.getByRole('tab', { name: 'Messages' }).click()
    const sequence = page.locator('svg.sequence')
    expect(await sequence.locator('text.host').allTextContents()).toEqual(['client', 'server'])
    expect(await sequence.locator('.message').count()).toBe(await sequence.locator('.message.later').count())
    const words = await page.locator('.messages .what').allTextContents()
    expect(await sequence.locator('.message title').first().textContent()).toContain(words[0])
    await page.getByRole('slider', { name: 'Simulated time' }).focus()
    await page.keyboard.press('End')
    await expect.poll(() => sequence.locator('.message.later').count()).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    expect(pages.complaints).toEqual([])
    await page.close()
  })

  test('the page marks a node while it is NotReady, and the clock goes to both changes', async () => {
    const text = textOf('availability/cut')
    const { nodes } = simulateText(text)
    const changes = nodes.flatMap(({ transitions }) => transitions)
    expect(changes.map(({ ready }) => ready)).toEqual([false, true])
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text, atNs: changes[0].atNs - 1 }))
    const mark = page.locator('.not-ready text')
    expect(await mark.count()).toBe(0)
    await page.getByRole('button', { name: 'Next mark' }).click()
    expect(await mark.textContent()).toBe('NotReady')
    expect(await page.locator('[data-place="host node-1"]').getAttribute('aria-label')).toContain('NotReady')
    expect(await page.locator('.mark').textContent()).toContain('node-1 becomes NotReady')
    await page.getByRole('slider', { name: 'Simulated time' }).focus()
    await page.keyboard.press('End')
    await expect.poll(() => mark.count()).toBe(0)
    expect(pages.complaints).toEqual([])
    await page.close()
  })

  test('words of verdicts and columns are explained under the pointer and with the focus', async () => {
    const page = await pages.open()
    const explanation = page.getByRole('tooltip')
    await page.locator('.verdict .term', { hasText: 'impersonated' }).hover()
    expect(await explanation.textContent()).toContain('an honest client accepted application data from it')
    await page.keyboard.press('Escape')
    expect(await explanation.count()).toBe(0)
    await page.getByRole('tab', { name: 'Figures' }).click()
    await page.locator('th .term', { hasText: 'median' }).focus()
    expect(await explanation.textContent()).toContain('The median latency of the completed requests')
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

  test('the page draws what is visible of 500 nodes, and any moment two frames after a jump', {
    timeout: 400_000,
  }, async () => {
    const text = textOf('heartbeats-500')
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text }))
    await page.getByRole('tab', { name: 'Figures' }).click()
    expect(await page.locator('.digest').textContent()).toContain(simulateText(text).digest)
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('3')
    await page.getByRole('button', { name: '▶ Play' }).click()
    await expect.poll(() => page.locator('circle.packet').count(), { timeout: 60_000 }).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Pause' }).click()
    // No jump, forwards or backwards, waits for anything: its moment stands two frames later.
    const moments = await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('input[aria-label="Simulated time"]')
      const shown: string[] = []
      for (const value of ['9000', '100', '5000', '9999', '2500']) {
        if (slider !== null) slider.value = value
        slider?.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
        shown.push(document.querySelector('.now')?.textContent ?? '')
      }
      return shown
    })
    const [length] = moments.map((moment) => Number.parseFloat(moment.split(' of ')[1] ?? ''))
    expect(moments.map((moment) => Number((Number.parseFloat(moment) / (length ?? 1)).toFixed(2)))).toEqual([
      0.9, 0.01, 0.5, 1, 0.25,
    ])
    expect(pages.complaints).toEqual([])
    await page.close()
  })
})
