import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveUi } from '../../src/cli/ui/ui-server.ts'
import { simulateText } from '../../src/index.ts'
import { fragmentOf, stateOf } from '../../src/report/link/page-link.ts'
import { axeFindings } from './axe-findings.ts'
import { buildPage, importsOf, kibOf, type Served, serve } from './built-page.ts'
import { CHROMIUM } from './chromium.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FIRST_STEPS = readFileSync(new URL('../../scenarios/first-steps.yaml', import.meta.url), 'utf8')

/** Returns code that tries to reach another origin in every way that a page or a worker has, each for a moment. */
function escapesTo(url: string, where: 'page' | 'worker'): string {
  const [to, socket] = [JSON.stringify(url), JSON.stringify(url.replace('http', 'ws'))]
  const ofPage = `
    () => navigator.sendBeacon(${to}, 'x'),
    () => document.body.append(Object.assign(new Image(), { src: ${to} })),
    () => {
      const form = Object.assign(document.createElement('form'), { action: ${to}, method: 'post' })
      document.body.append(form)
      form.submit()
    },`
  return `Promise.all([
    () => fetch(${to}),
    () => fetch(${to}, { method: 'POST', mode: 'no-cors', body: 'x' }),
    () => new WebSocket(${socket}),
    () => import(${to} + 'worker.js'),${where === 'page' ? ofPage : ''}
  ].map((one) => Promise.race([
    new Promise((resolve) => setTimeout(resolve, 500)),
    (async () => { try { await one() } catch {} })(),
  ]))).then(() => 'tried')`
}

describe.skipIf(CHROMIUM === undefined)('the page', () => {
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

  /** Opens the page, and waits for a run. */
  async function open(fragment = '', options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    complaints.length = 0
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${served.url}${fragment === '' ? '' : `#${fragment}`}`)
    await page.locator('.verdict[aria-busy="false"]').waitFor({ timeout: 60_000 })
    return page
  }

  const openText = async (text: string) => open(await fragmentOf({ file: 'a.yaml', text }))

  /** Returns the digest that the page shows. */
  async function digestOf(page: Page): Promise<string> {
    await page.getByRole('tab', { name: 'Figures' }).click()
    const line = await page.locator('.digest').textContent()
    return /digest (\w+)/.exec(line ?? '')?.[1] ?? ''
  }

  /** Returns the text of the scenario in the address. */
  const linkedText = async (page: Page) => (await stateOf(new URL(page.url()).hash.slice(1)))?.text ?? ''

  const settled = (page: Page) => page.locator('.verdict[aria-busy="false"]').waitFor({ timeout: 60_000 })

  test('the page shows its first picture from a small file, before the editor and the simulator load', () => {
    const chunk = (name: string) => readdirSync(dir).find((file) => file.startsWith(`${name}-`)) ?? ''
    const first = new Set(['index.html', 'page.css', ...importsOf(dir, 'main.js')])
    expect(kibOf(dir, first)).toBeLessThan(60)
    const next = [chunk('editor'), 'worker.js', chunk('loader')].flatMap((file) => [...importsOf(dir, file)])
    const later = new Set(next.filter((file) => !first.has(file)))
    expect(kibOf(dir, later)).toBeGreaterThan(100)
    expect(kibOf(dir, later)).toBeLessThan(350)
  })

  test('links in README and docs name examples, and the page opens the one of its address', async () => {
    const { EXAMPLES } = await import(pathToFileURL(join(dir, 'examples.js')).href)
    const names = (EXAMPLES as readonly { readonly file: string }[]).map(({ file }) => file.replace('.yaml', ''))
    expect(new Set(names).size).toBe(names.length)
    const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    const pages = ['README.md', ...docs.filter((file) => file.endsWith('.md')).map((file) => join('docs', file))]
    const linked = pages.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\(http:\/\/127\.0\.0\.1:8080\/#([^)]*)\)/g)].map(
        ([, name]) => name,
      ),
    )
    expect(linked.length).toBeGreaterThan(10)
    expect(linked.filter((name) => !names.includes(name))).toEqual([])

    const page = await open('wan-tls')
    expect(await page.getByRole('combobox', { name: 'Scenario' }).inputValue()).toBe('wan-tls.yaml')
    const text = readFileSync(join(ROOT, 'scenarios/wan-tls.yaml'), 'utf8')
    expect(await digestOf(page)).toBe(simulateText(text).digest)
    await page.goto(`${served.url}#konnectivity`)
    await expect.poll(() => page.getByRole('combobox', { name: 'Scenario' }).inputValue()).toBe('konnectivity.yaml')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('the page shows a visitor the picture before any script, plays, hardens and moves the attacker', async () => {
    const plain = await browser.newPage({ javaScriptEnabled: false })
    await plain.goto(served.url)
    expect(await plain.locator('h1').textContent()).toContain(
      'false-kubelet (inline) answers in the name of the server',
    )
    expect(await plain.locator('svg.topology').textContent()).toContain('node-1')
    await plain.close()

    const page = await open()
    expect(await page.locator('.guide').textContent()).toContain('Someone is on this link. Press play.')
    expect(await page.locator('h1').textContent()).toContain('false-kubelet (inline) answers in the name of the server')
    expect(await page.locator('.cause').textContent()).toContain('the apiserver does not verify kubelet certificates')
    await page.getByRole('button', { name: '▶ Play' }).click()
    await page.locator('circle.packet').first().waitFor()
    // The exec is typed and read while the visitor watches; the administrator sees the same.
    const readBy = page.getByRole('region', { name: 'Read by false-kubelet' })
    await readBy.getByText(/exec \$ ca/).waitFor({ timeout: 15_000 })
    const time = await page.locator('.now').textContent()
    expect(Number.parseFloat(time ?? '')).toBeLessThan(500)
    expect(time).toMatch(/ ms of/)
    await page.getByRole('button', { name: 'Pause' }).click()
    expect(await page.getByRole('region', { name: 'Seen by alice' }).textContent()).toContain('exec $ c')
    // The end of the run: keys of an exec, in clear.
    await page.getByRole('slider', { name: 'Simulated time' }).focus()
    await page.keyboard.press('End')
    expect(await page.getByRole('region', { name: 'Read by false-kubelet' }).textContent()).toContain('a typed key')

    await page.locator('[data-place="link control-node-1"]').focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-place="link user-alice"]').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Move false-kubelet here' }).click()
    await page.locator('.verdict.good').waitFor({ timeout: 60_000 })
    await page.getByRole('tab', { name: 'Scenario' }).click()
    await expect.poll(() => page.locator('.cm-content').textContent()).toContain('on: user-alice')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('an attacker that is dragged onto another link attacks there', async () => {
    const page = await open()
    const middleOf = async (place: string) => {
      const box = await page.locator(`[data-place="${place}"] rect.hit`).boundingBox()
      if (box === null) throw new Error(`${place} is not drawn`)
      return [box.x + box.width / 2, box.y + box.height / 2] as const
    }
    await page.locator('svg.topology').scrollIntoViewIfNeeded()
    await page.mouse.move(...(await middleOf('link control-node-1')))
    await page.mouse.down()
    await page.mouse.move(...(await middleOf('host node-2')), { steps: 5 })
    expect(await page.locator('.dragged').textContent()).toContain('false-kubelet')
    await page.mouse.move(...(await middleOf('link user-alice')), { steps: 5 })
    await page.mouse.up()
    await page.locator('.verdict.good').waitFor({ timeout: 60_000 })
    expect(await page.locator('.dragged').count()).toBe(0)
    // The drag is no click: no place is selected.
    expect(await page.locator('.attack-panel').count()).toBe(0)
    await expect.poll(() => linkedText(page)).toContain('on: user-alice')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('hostile strings in a scenario and in a link stay texts', async () => {
    const hostile = `<img src=x onerror="document.title='reached'">`
    const good = await open(
      await fragmentOf({ file: hostile, text: `# ${hostile}\n${FIRST_STEPS}`, view: hostile, atNs: 1e300 }),
    )
    expect(await good.getByRole('combobox', { name: 'Scenario' }).inputValue()).toBe(hostile)
    await good.getByRole('tab', { name: 'Messages' }).click()
    expect([await good.title(), await good.locator('img').count()]).toEqual(['onpath', 0])
    expect(complaints).toEqual([])
    await good.close()

    const refused = [
      `version: 1\nhosts: { ${JSON.stringify(hostile)}: {} }\n`,
      `${FIRST_STEPS}\n${JSON.stringify(`__proto__ ${hostile}`)}: { ${JSON.stringify(hostile)}: 1 }\n`,
      FIRST_STEPS.replace('to: server', `to: ${JSON.stringify(hostile)}`),
      `version: 1\nkubernetes: ${JSON.stringify(hostile)}\ncluster: { preset: ${JSON.stringify(hostile)} }\n`,
    ]
    for (const text of refused) {
      const page = await browser.newPage()
      complaints.length = 0
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`${served.url}#${await fragmentOf({ file: 'a.yaml', text })}`)
      await page.locator('.problems .error').first().waitFor({ timeout: 60_000 })
      expect(await page.locator('h1').textContent()).toContain('Line ')
      expect([await page.title(), await page.locator('img').count()]).toEqual(['onpath', 0])
      expect(complaints).toEqual([])
      await page.close()
    }
  })

  test('a flag that is changed on the page stops the attack, and shows where the administrator sees it', async () => {
    const page = await open()
    await page.getByRole('checkbox', { name: /serving certificates: issued/ }).check()
    await settled(page)
    await page.getByRole('checkbox', { name: /kubelet-certificate-authority/ }).check()
    await page.locator('.verdict:not(.bad)').waitFor({ timeout: 60_000 })
    await page.getByRole('slider', { name: 'Simulated time' }).focus()
    await page.keyboard.press('End')
    expect(await page.locator('.notices').textContent()).toContain('x509')
    expect(await page.locator('.moved').textContent()).toMatch(/logs: impersonated → /)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a slider of the page changes the text, and the run has the digest of Node', async () => {
    const page = await openText(FIRST_STEPS)
    expect(await digestOf(page)).toBe(simulateText(FIRST_STEPS).digest)
    await page.getByRole('slider', { name: 'delay of wire' }).focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
    const isShown = async () => {
      const [shown, digest] = [await linkedText(page), await digestOf(page)]
      return !shown.includes('delay: 10ms') && simulateText(shown).digest === digest
    }
    await expect.poll(isShown, { timeout: 60_000, interval: 300 }).toBe(true)
    const changed = await linkedText(page)
    expect(changed).toContain('# one way, so a round trip takes 20 ms')
    // A reload shows the same.
    await page.reload()
    await settled(page)
    expect(await digestOf(page)).toBe(simulateText(changed).digest)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('the page shows problems in the text, with a button that fixes each', async () => {
    const text = FIRST_STEPS.replace('to: server', 'to: sever')
    const page = await browser.newPage()
    await page.goto(`${served.url}#${await fragmentOf({ file: 'a.yaml', text })}`)
    await page.locator('.problems .error').waitFor()
    expect(await page.locator('h1').textContent()).toContain('did you mean server?')
    await page.locator('.cm-lintRange-error').hover()
    await page.getByRole('button', { name: 'Write server' }).click()
    await settled(page)
    expect(await digestOf(page)).toBe(simulateText(FIRST_STEPS).digest)
    await page.close()
  })

  test.each([
    ['of another version', '2.abc'],
    ['damaged', '1.%%%'],
    ['no scenario', `1.${'A'.repeat(50)}`],
  ])('the page opens the first example for a link that is %s', async (_, fragment) => {
    const page = await open(fragment)
    expect(await page.locator('h1').textContent()).toContain('false-kubelet')
    await page.close()
  })

  test('Harden on the page finds what stops the attacker, and shows the same attack refused beside it', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Harden' }).click()
    const apply = page.getByRole('button', { name: 'Apply, and attack again' })
    await apply.waitFor({ timeout: 100_000 })
    expect(await page.locator('.changes').textContent()).toContain('--kubelet-certificate-authority=')
    await apply.click()
    await page.locator('.verdict:not(.bad)').waitFor({ timeout: 60_000 })
    const captions = await page.locator('figcaption').allTextContents()
    expect(captions[0]).toContain('Before: false-kubelet (inline) answers in the name of the server')
    expect(captions[1]).toContain('Hardened: ')
    await page.getByRole('button', { name: 'Undo hardening' }).click()
    await page.locator('.verdict.bad').waitFor({ timeout: 60_000 })
    expect(complaints).toEqual([])
    await page.close()
  })

  test('onpath ui opens a file, and saves to it alone', async () => {
    const saved: string[] = []
    const server = await serveUi({
      folder: dir,
      opened: () => ({ files: [{ path: 'mine.yaml', text: FIRST_STEPS }], canSave: true }),
      save: (text) => void saved.push(text),
      port: 0,
    })
    const page = await browser.newPage()
    await page.goto(server.url)
    await page.getByRole('slider', { name: 'loss of wire' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.locator('.figure', { hasText: '0.011 %' }).waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => saved).toHaveLength(1)
    expect(saved[0]).toContain('loss: "0.011%"')
    expect(saved[0]).toContain('# plain HTTP on port 80')
    await page.getByRole('combobox', { name: 'Scenario' }).selectOption('wan-tls.yaml')
    await settled(page)
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
    await page.close()
    await server.close()
  })

  test('the page and its worker can send nothing to other servers', async () => {
    const page = await open()
    const other = await serve(dir, '/')
    await page.evaluate(escapesTo(other.url, 'page'))
    await page.evaluate(
      ([code]) =>
        new Promise((resolve) => {
          const url = URL.createObjectURL(new Blob([`${code}.then(postMessage)`], { type: 'text/javascript' }))
          const worker = new Worker(url, { type: 'module' })
          worker.onmessage = resolve
        }),
      [escapesTo(other.url, 'worker')],
    )
    expect(other.requests).toEqual([])
    // The same code does reach it from where no policy forbids it.
    const free = await browser.newPage()
    await free.goto(`${other.url}LICENSES.txt`)
    await free.evaluate(escapesTo(other.url, 'worker'))
    expect(other.requests.length).toBeGreaterThan(1)
    await free.close()
    expect(await page.locator('footer').textContent()).toContain('Nothing leaves this page')
    other.close()
    await page.close()
  })

  test.each(['light', 'dark'] as const)(
    'axe finds nothing on the page, and a narrow page does not scroll sideways: %s',
    async (colorScheme) => {
      const page = await open('', { colorScheme, reducedMotion: 'reduce' })
      expect(await axeFindings(page)).toEqual([])
      await page.setViewportSize({ width: 400, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400)
      for (const name of ['Messages', 'Figures', 'Matrix', 'Expanded']) {
        await page.getByRole('tab', { name }).click()
        expect(await axeFindings(page)).toEqual([])
      }
      await page.close()
    },
  )
})
