import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { check, inPlace, readCheck } from '../../src/study/index.ts'
import { aFolder } from '../fixtures/folder.ts'
import { CHROMIUM } from './chromium.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = join(ROOT, 'examples', 'page')
const POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'"

/** Bundles the page of the example and its worker, as a page's author does. */
async function bundled(): Promise<string> {
  const dir = aFolder()
  const bundle = await rolldown({
    input: { check: join(PAGE, 'check.js'), worker: join(PAGE, 'worker.js') },
    platform: 'browser',
    resolve: { alias: { 'onpath/study': join(ROOT, 'src/study/index.ts'), onpath: join(ROOT, 'src/index.ts') } },
  })
  await bundle.write({ dir, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
  return dir
}

/** Serves the page under a strict content security policy, as far as a test needs it. */
async function served(dir: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : String(request.url).slice(1)
    const file = join(name === 'index.html' ? PAGE : dir, name)
    if (!existsSync(file)) return void response.writeHead(404).end()
    const type = name.endsWith('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(readFileSync(file))
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

    const server = await served(await bundled())
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
      expect(complaints.filter((line) => !line.includes('favicon'))).toEqual([])
    } finally {
      await browser.close()
      server.close()
    }
  },
)
