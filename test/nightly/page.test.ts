import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'
import { jsonOf } from '../../src/report/json.ts'
import { fragmentOf } from '../../src/report/link/page-link.ts'
import { CHROMIUM } from '../browser/chromium.ts'
import { type OpenPage, startPage } from '../browser/open-page.ts'

/** The time of random clicks, in milliseconds. */
const CLICKS_MS = Number(process.env.ONPATH_CLICKS_MS ?? 480_000)

/** The seed of random clicks, with which they are repeated. */
const SEED = Number(process.env.ONPATH_CLICKS_SEED ?? 1)

/** Returns random numbers below 1, the same for a seed. */
function randomBy(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

describe.skipIf(CHROMIUM === undefined)('the page, at length', () => {
  let pages: OpenPage
  beforeAll(async () => {
    pages = await startPage()
  }, 60_000)
  afterAll(async () => {
    await pages?.close()
    rmSync(pages.dir, { recursive: true, force: true })
  })

  test('the page has the JSON of Node for each of its examples, and a link of at most 8 KB', async () => {
    const module = await import(pathToFileURL(join(pages.dir, 'examples.js')).href)
    const examples = module.EXAMPLES as readonly { readonly file: string; readonly text: string }[]
    expect(examples.length).toBeGreaterThan(20)
    for (const { file, text } of examples) {
      const page = await pages.open(await fragmentOf({ file, text }))
      await page.getByRole('tab', { name: 'Figures' }).click()
      const downloaded = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download JSON' }).click()
      const json = readFileSync(await (await downloaded).path(), 'utf8')
      expect(json, file).toBe(jsonOf(simulateText(text), true))
      expect(await page.locator('.digest').textContent(), file).toContain(JSON.parse(json).digest)
      expect(page.url().length, file).toBeLessThan(8_192)
      expect(pages.complaints, file).toEqual([])
      await page.close()
    }
  })

  test('the page simulates a run of ten million packets again, up to a moment that it has not kept', async () => {
    const text = `version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 1ms, rate: 10Gbps } }
paths: { web: { from: client, to: server } }
workloads: { bulk: { path: web, requests: 1, response: 8GB } }
`
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text }))
    await page.getByRole('tab', { name: 'Packets' }).click()
    const times = page.locator('.messages .time')
    const beginning = await times.allTextContents()
    await page.getByRole('slider', { name: 'Simulated time' }).focus()
    await page.keyboard.press('End')
    await page.getByText('The run is simulated again up to here').waitFor({ timeout: 60_000 })
    await page.getByText('The run is simulated again up to here').waitFor({ state: 'detached', timeout: 300_000 })
    const end = await page.locator('.now').textContent()
    const shown = (await times.allTextContents()).map(Number.parseFloat)
    expect(Number.parseFloat(end ?? '') - Math.max(...shown)).toBeLessThan(0.01)
    // And backwards, to the same moment as at first.
    await page.keyboard.press('Home')
    await expect.poll(() => times.allTextContents(), { timeout: 300_000 }).toEqual(beginning)
    expect(pages.complaints).toEqual([])
    await page.close()
  })

  test('the page takes random clicks and keys without an error', { timeout: CLICKS_MS + 100_000 }, async () => {
    const page = await pages.open()
    const random = randomBy(SEED)
    const keys = [' ', 'ArrowRight', 'ArrowLeft', 'Shift+ArrowRight', '[', ']', 'Enter', 'Tab', 'End', 'Home', 'Delete']
    const end = Date.now() + CLICKS_MS
    let last = ''
    while (Date.now() < end) {
      const targets = await page
        .locator('button, select, input:not([type=file]), summary, [data-place], .cm-content')
        .all()
      const target = targets[Math.floor(random() * targets.length)]
      const isClick = random() < 0.7
      last = isClick
        ? ((await target.evaluate((element) => element.outerHTML.slice(0, 120)).catch(() => '')) ?? '')
        : last
      if (isClick) await target.click({ timeout: 500, force: true }).catch(() => {})
      else await page.keyboard.press(keys[Math.floor(random() * keys.length)])
      expect(pages.complaints, `seed ${SEED}, after ${last}`).toEqual([])
    }
    await page.close()
  })
})
