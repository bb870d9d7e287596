import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { check, inPlace, readCheck } from '../../src/study/index.ts'
import { aFolder } from '../fixtures/folder.ts'
import { installPackage } from '../fixtures/installed-package.ts'
import { CHROMIUM } from './chromium.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = join(ROOT, 'examples', 'page')
const POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'"

let consumer = ''
beforeAll(() => {
  if (CHROMIUM !== undefined) consumer = installPackage().folder
})
afterAll(() => {
  if (consumer !== '') rmSync(consumer, { recursive: true })
})

/** Bundles modules of examples/ as the author of a page does, in a package that depends on onpath. */
async function bundled(...paths: readonly string[]): Promise<string> {
  const dir = aFolder()
  cpSync(join(ROOT, 'examples'), join(consumer, 'examples'), { recursive: true })
  const input = Object.fromEntries(paths.map((path) => [parse(path).name, join(consumer, 'examples', path)]))
  const bundle = await rolldown({ cwd: consumer, input, platform: 'browser' })
  await bundle.write({ dir, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
  return dir
}

/** Serves a page and a folder of scripts under a strict content security policy, as far as a test needs it. */
async function served(html: string, dir: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const file = join(dir, String(request.url))
    // Browsers ask for an icon, and a missing one is an error in the console.
    if (request.url === '/favicon.ico') return void response.writeHead(204).end()
    if (request.url !== '/' && !existsSync(file)) return void response.writeHead(404).end()
    const [type, content] = request.url === '/' ? ['text/html', html] : ['text/javascript', readFileSync(file)]
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}

test.skipIf(CHROMIUM === undefined)(
  'a check in workers of a page has the findings of a check without workers',
  async () => {
    const [, text] = /const text = `([^`]*)`/.exec(readFileSync(join(PAGE, 'check.js'), 'utf8')) ?? []
    const read = readCheck({ text, file: 'cluster.yaml' }, {}, { paths: ['logs'], vantages: ['inline', 'pod'] })
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const { result } = await check(read.plan, { today: '2027-03-01' }, inPlace())
    const found = result.findings.map(
      ({ verdict, forbidden }) => `${verdict.technique} by ${verdict.vantage}: ${forbidden}`,
    )
    expect(found.length).toBeGreaterThan(0)

    const server = await served(
      readFileSync(join(PAGE, 'index.html'), 'utf8'),
      await bundled('page/check.js', 'page/worker.js'),
    )
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(server.url)
      await page.locator('#findings li').first().waitFor({ timeout: 100_000 })
      expect(await page.locator('#findings li').allTextContents()).toEqual(found)
      expect(await page.locator('#progress').textContent()).toBe(
        `${result.simulations} of ${result.simulations} simulations`,
      )
      expect(await page.title()).toBe('This cluster is not safe')
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
      server.close()
    }
  },
)

/** Returns what an example prints, as docs/library.md shows it. */
function shown(name: string): string {
  const [, about] = readFileSync(join(ROOT, 'docs/library.md'), 'utf8').split(`/examples/study/${name}.ts`)
  const [, text] = /^```text\n([\s\S]*?)^```$/m.exec(about) ?? []
  return text
}

test.skipIf(CHROMIUM === undefined).each(['check-cluster', 'find-limit', 'sweep-two'])(
  'examples/study/%s.ts prints in a worker of a page what it prints in Node',
  async (name) => {
    const dir = await bundled(`study/${name}.ts`)
    writeFileSync(join(dir, 'start.js'), `new Worker('${name}.js', { type: 'module' })`)
    const server = await served('<script type="module" src="start.js"></script>', dir)
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      let printed = ''
      page.on('console', (message) => {
        printed += `${message.text()}\n`
      })
      await page.goto(server.url)
      await expect.poll(() => printed.length, { timeout: 200_000 }).toBeGreaterThanOrEqual(shown(name).length)
      expect(printed).toBe(shown(name))
    } finally {
      await browser.close()
      server.close()
    }
  },
)
