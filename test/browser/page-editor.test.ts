import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fragmentOf } from '../../src/report/link/page-link.ts'
import { axeFindings } from './axe-findings.ts'
import { CHROMIUM } from './chromium.ts'
import { type OpenPage, startPage } from './open-page.ts'

const FIRST_STEPS = readFileSync(new URL('../../scenarios/first-steps.yaml', import.meta.url), 'utf8')

describe.skipIf(CHROMIUM === undefined)('the editor of the page', () => {
  let pages: OpenPage
  beforeAll(async () => {
    pages = await startPage()
  })
  afterAll(async () => {
    await pages?.close()
    rmSync(pages.dir, { recursive: true, force: true })
  })

  test('the editor completes keys and values by the schema, and explains a key under the pointer', async () => {
    const page = await pages.open(await fragmentOf({ file: 'a.yaml', text: FIRST_STEPS }))
    const text = page.getByRole('textbox', { name: 'Scenario, in YAML' })
    await text.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.type('version: 1')
    await page.keyboard.press('Enter')
    await page.keyboard.type('exp')
    await page.keyboard.press('Control+Space')
    const options = page.locator('.cm-tooltip-autocomplete').getByRole('option')
    await options.first().waitFor({ timeout: 30_000 })
    expect(await options.allTextContents()).toEqual(['expect'])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.type('version: 1')
    await page.keyboard.press('Enter')
    await page.keyboard.type('workloads: { x: { kind: w')
    await page.keyboard.press('Control+Space')
    await options.first().waitFor({ timeout: 30_000 })
    expect(await options.allTextContents()).toContain('watch')
    await page.keyboard.press('Escape')
    await page.getByText('version', { exact: true }).first().hover()
    const explanation = page.locator('.cm-explanation')
    await explanation.waitFor({ timeout: 30_000 })
    expect(await explanation.textContent()).toMatch(/^version.+format/)
    expect(await axeFindings(page)).toEqual([])
    expect(pages.complaints).toEqual([])
    await page.close()
  })
})
