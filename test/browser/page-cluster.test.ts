import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shippedTexts } from '../../src/disk/shipped-attacks.ts'
import { check, importSubject, inPlace, namedAttacks, readCheck } from '../../src/study/index.ts'
import { axeFindings } from './axe-findings.ts'
import { buildPage, type Served, serve } from './built-page.ts'
import { CHROMIUM } from './chromium.ts'

const KUBEADM = fileURLToPath(new URL('../../examples/import/kubeadm', import.meta.url))

/** Returns the files of a folder as a page gets them. */
function filesIn(folder: string) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: join('kubeadm', relative(folder, path)), text: readFileSync(path, 'utf8') }))
}

/** Drops a file or folder of this machine on the page, as a hand does. */
async function drop(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 300,
      y: 300,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    })
}

describe.skipIf(CHROMIUM === undefined)('a real cluster in the page', () => {
  let browser: Browser
  let served: Served
  let dir: string
  const complaints: string[] = []

  beforeAll(async () => {
    dir = buildPage()
    served = await serve(dir)
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    served?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  async function open(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    complaints.length = 0
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(served.url)
    await page.locator('.verdict[aria-busy="false"]').waitFor({ timeout: 60_000 })
    return page
  }

  test('a folder is dropped, checked as in Node, and fixed step by step', { timeout: 600_000 }, async () => {
    const page = await open()
    await drop(page, KUBEADM)
    const gains = page.locator('.gains > li')
    await gains.first().waitFor({ timeout: 300_000 })

    const subject = importSubject(filesIn(KUBEADM), { nodesOfKind: 2 })
    const attacks = namedAttacks([...shippedTexts().values()].join('---\n'))
    const planned = readCheck(subject.source, {}, { attacks })
    if (!planned.ok) throw new Error('the example is invalid')
    const { result } = await check(planned.plan, { today: '2027-01-01' }, inPlace())
    expect(await gains.count()).toBe(result.gains.length)
    expect(await page.getByRole('region', { name: 'Findings' }).textContent()).toContain(
      `${result.verdicts} verdicts of ${result.simulations} simulations`,
    )
    // The cause has its file and line, and the finding stands on its link.
    expect(await gains.first().textContent()).toMatch(
      /kubeadm\/cp-1\/etc\/kubernetes\/manifests\/kube-apiserver.yaml:\d+/,
    )
    const link = page.locator('[data-place="link control-node-1"]')
    expect(await link.getAttribute('aria-label')).toMatch(/; \d findings$/)
    expect(await page.locator('path.link.taken').count()).toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Find the fewest changes' }).click()
    const authority = page.getByRole('checkbox', { name: /^kube-apiserver: --kubelet-certificate-authority=/ })
    await authority.waitFor({ timeout: 400_000 })
    expect(await axeFindings(page)).toEqual([])
    // Too early: kubelets have no certificates yet, and that lights up.
    await authority.check()
    await page.getByRole('alert').waitFor({ timeout: 60_000 })
    expect(await page.getByRole('alert').textContent()).toContain('x509')
    expect(await page.locator('.spot.broken').count()).toBeGreaterThan(0)
    for (const step of [/^install an approver/, /^kubelets: serverTLSBootstrap/])
      await page.getByRole('checkbox', { name: step }).check()
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 60_000 })
    expect(await page.locator('.gains > .closed').textContent()).toContain('Whoever can intercept traffic')
    expect(await page.locator('.spot.broken').count()).toBe(0)
    // The changes are in the text, and come out of it again.
    const text = async () => {
      await page.getByRole('tab', { name: 'Expanded' }).click()
      const expanded = await page.getByRole('region', { name: 'The expanded scenario' }).textContent()
      await page.getByRole('tab', { name: 'Your cluster' }).click()
      return expanded ?? ''
    }
    expect(await text()).toMatch(/kubelet-certificate-authority: cluster-ca/)
    await authority.uncheck()
    await page.locator('.gains > .closed').waitFor({ state: 'detached', timeout: 60_000 })
    await expect.poll(text, { timeout: 60_000 }).not.toMatch(/kubelet-certificate-authority: cluster-ca/)

    const download = page.waitForEvent('download')
    await page.getByText('The patch of all changes').click()
    await page.getByRole('button', { name: 'Download the patch' }).click()
    const patch = readFileSync(await (await download).path(), 'utf8')
    expect(patch).toContain('+    - --kubelet-certificate-authority=')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('hostile names and contents in dropped files stay texts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onpath-hostile-'))
    const hostile = '<img src=x onerror="document.title=1">'
    const name = hostile.replaceAll('/', '')
    mkdirSync(join(folder, name))
    writeFileSync(
      join(folder, name, 'a.yaml'),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: '${hostile}', annotations: { a: "\\u202e" } }\nspec: { containers: [{ command: [kube-apiserver, '--bind-address=${hostile}', '--${hostile}=1'] }] }\n`,
    )
    writeFileSync(join(folder, name, 'b.yaml'), '{{{{ : not yaml \u0007 ]')
    writeFileSync(join(folder, 'c.yaml'), `&a [${'*a, '.repeat(1000)}]`)
    const page = await open()
    await drop(page, folder)
    await page.getByRole('tab', { name: 'Your cluster' }).waitFor({ timeout: 60_000 })
    await page.getByText(/: \d files$/).click()
    expect(await page.locator('#panel').textContent()).toContain('<img src=x')
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).toBe('onpath')
    expect(complaints).toEqual([])
    await page.close()
    rmSync(folder, { recursive: true })
  })
})
