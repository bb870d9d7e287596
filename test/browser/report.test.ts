import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runWhole } from '../../src/cli/simulation/run-whole.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { takeAllTurns } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { CHROMIUM } from './chromium.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const MOST_BYTES = 2_000_000

/** A day of five thousand nodes takes most of an hour. */
const TOO_LONG = 'scenarios/cluster-5000.yaml'

/** Scenario files, each with the attacks that are added to it. */
const CASES = [
  ...yamlIn('scenarios')
    .filter((file) => file !== TOO_LONG)
    .map((file) => ({ file, attacks: [] })),
  { file: 'scenarios/presets/konnectivity.yaml', attacks: [] },
  {
    file: 'scenarios/presets/gke-ssh-tunnels.yaml',
    attacks: ['unchecked-host-key', 'stolen-pod-token', 'resetting', 'listening-beside-a-tunnel'],
  },
  { file: 'scenarios/presets/kubeadm-default.yaml', attacks: ['unchecked-kubelet', 'dropping', 'proxied-plaintext'] },
]

function yamlIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`)
}

const simulate: Simulate = async (scenario, { captures = [], isForReport = false, ...options }) =>
  takeAllTurns(runWhole(scenario, { captures, isForReport }, options))

async function reportOf({ file, attacks }: (typeof CASES)[number]): Promise<string> {
  const path = join(aFolder(), `${basename(file)}.html`)
  const words = attacks.flatMap((name) => ['--attack', name])
  const { code, err } = await invoke(['report', join(ROOT, file), ...words, '--out', path], { simulate })
  if (code !== 0) throw new Error(err)
  return path
}

describe.skipIf(CHROMIUM === undefined)('a report in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
  })
  afterAll(() => browser?.close())

  /** Opens a report, and collects what the browser complains of. */
  async function open(
    path: string,
    options: NonNullable<Parameters<Browser['newPage']>[0]> = {},
  ): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
    const page = await browser.newPage(options)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(`requested ${request.url()}`))
    await page.goto(`file://${path}`)
    return { page, complaints }
  }

  /** Returns the findings of axe that are serious, with the first element of each. */
  async function seriousFindings(path: string, colorScheme: 'light' | 'dark'): Promise<readonly string[]> {
    const { page } = await open(path, { colorScheme, bypassCSP: true })
    await page.addScriptTag({ content: axe.source })
    const { violations } = await page.evaluate<{
      violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
    }>('axe.run()')
    await page.close()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.length} times, ${nodes[0].html} ${nodes[0].failureSummary}`)
  }

  test.each(CASES)(
    'report in a browser, $file with $attacks: no console error, no serious axe finding, no sideways scrolling, small',
    async (one) => {
      const path = await reportOf(one)
      expect(statSync(path).size).toBeLessThan(MOST_BYTES)
      const { page, complaints } = await open(path, { viewport: { width: 400, height: 800 } })
      expect(complaints).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400)
      await page.close()
      expect(await seriousFindings(path, 'light')).toEqual([])
      expect(await seriousFindings(path, 'dark')).toEqual([])
    },
  )

  test('the report of a matrix in a browser: no console error, no serious axe finding, no sideways scrolling, small', async () => {
    const path = join(aFolder(), 'matrix.html')
    const { code, err } = await invoke(
      ['matrix', join(ROOT, 'scenarios/presets/kubeadm-default.yaml'), '--path', 'logs', 'pod-proxy', '--report', path],
      { simulate },
    )
    expect([code, err]).toEqual([0, expect.stringContaining('written: ')])
    expect(statSync(path).size).toBeLessThan(MOST_BYTES)
    const { page, complaints } = await open(path, { viewport: { width: 400, height: 800 } })
    expect(complaints).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400)
    await page.close()
    expect(await seriousFindings(path, 'light')).toEqual([])
    expect(await seriousFindings(path, 'dark')).toEqual([])
  })

  test('a cell of the matrix opens its evidence, by keyboard too', async () => {
    const path = await reportOf({ file: 'scenarios/presets/kubeadm-default.yaml', attacks: ['unchecked-kubelet'] })
    const { page } = await open(path)
    const evidence = page.locator('#attack-1-1')
    expect(await evidence.isVisible()).toBe(false)
    await page.locator('a.cell').first().focus()
    await page.keyboard.press('Enter')
    await evidence.waitFor({ state: 'visible' })
    expect(await evidence.textContent()).toContain('the attacker received a request in the name of the server')
    await page.close()
  })

  test('the content security policy of a report blocks scripts, also one smuggled in by a text', async () => {
    const path = await reportOf({ file: 'scenarios/first-steps.yaml', attacks: [] })
    const { page, complaints } = await open(path)
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="document.title=1">')`)
    await page.waitForTimeout(100)
    expect(await page.title()).toBe('first-steps: Met')
    expect(complaints.join()).toContain('Content Security Policy')
    await page.close()
  })

  test('a printed report shows the evidence of what attackers got', async () => {
    const path = await reportOf({ file: 'scenarios/presets/kubeadm-default.yaml', attacks: ['unchecked-kubelet'] })
    const { page } = await open(path)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#attack-1-1').isVisible()).toBe(true)
    expect(await page.locator('nav').isVisible()).toBe(false)
    await page.close()
  })
})
