import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { serveUi, type UiServer } from '../../src/cli/ui/ui-server.ts'
import { loadScenario, simulate } from '../../src/index.ts'
import { stateOf } from '../../src/report/link/page-link.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const PAGE = { 'ui.html': '<p>page</p>', 'index.html': '<p>not this</p>', 'main.js': '1', 'deep/secret.js': '2' }

interface Answered {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

function ask(
  url: string,
  headers: Record<string, string> = {},
  body?: string,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function aServer(canSave = true): Promise<UiServer & { readonly saved: string[] }> {
  const saved: string[] = []
  const server = await serveUi({
    folder: aFolder(PAGE),
    opened: () => ({ files: [{ path: 'a.yaml', text: 'version: 1' }], canSave }),
    save: (text) => void saved.push(text),
    port: 0,
  })
  onTestFinished(() => server.close())
  return { ...server, saved }
}

const TEXT = 'text/plain;charset=UTF-8'

test('onpath ui serves the page behind a random token, and forbids embedding and caching', async () => {
  const [{ url }, other] = [await aServer(), await aServer()]
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/)
  expect(new URL(url).pathname).not.toBe(new URL(other.url).pathname)
  const page = await ask(url)
  expect(page).toMatchObject({ status: 200, text: '<p>page</p>' })
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  expect(JSON.parse((await ask(`${url}opened`)).text)).toEqual({
    files: [{ path: 'a.yaml', text: 'version: 1' }],
    canSave: true,
  })
  expect(await ask(`${url}main.js`)).toMatchObject({ status: 200, text: '1' })
})

test('onpath ui serves nothing without the token, under another host name, or outside its folder', async () => {
  const { url } = await aServer()
  const { origin, port } = new URL(url)
  expect((await ask(`${origin}/`)).status).toBe(404)
  expect((await ask(`${origin}/opened`)).status).toBe(404)
  expect((await ask(url, { host: `evil.example:${port}` })).status).toBe(421)
  expect((await ask(`${url}deep/secret.js`)).status).toBe(404)
  expect((await ask(`${url}..%2fpackage.json`)).status).toBe(404)
})

test('onpath ui saves only on a POST from the page itself, and only if a file is open', async () => {
  const { url, saved } = await aServer()
  const { origin } = new URL(url)
  const headers = { origin, 'content-type': TEXT }
  expect((await ask(`${url}save`, headers, 'name: b')).status).toBe(200)
  expect(saved).toEqual(['name: b'])
  expect((await ask(`${url}save`, { ...headers, origin: 'https://evil.example' }, 'x')).status).toBe(403)
  expect((await ask(`${url}save`, { 'content-type': TEXT }, 'x')).status).toBe(403)
  expect((await ask(`${url}save`, { ...headers, 'content-type': 'application/json' }, 'x')).status).toBe(415)
  expect((await ask(`${url}save`, { origin })).status).toBe(405)
  expect((await ask(`${origin}/save`, headers, 'x')).status).toBe(404)
  expect((await ask(`${url}save`, headers, 'x'.repeat(17 * 2 ** 20)).catch(() => ({ status: 413 }))).status).toBe(413)
  expect(saved).toEqual(['name: b'])
  const folder = await aServer(false)
  const own = { origin: new URL(folder.url).origin, 'content-type': TEXT }
  expect((await ask(`${folder.url}save`, own, 'x')).status).toBe(409)
})

test('onpath link prints the link of a scenario, with the changes of options', async () => {
  const file = join(aFolder({ 'a.yaml': SMALL_SCENARIO }), 'a.yaml')
  const { out } = await invoke(['link', file, '--page', 'https://example.org/page/'])
  expect(out).toMatch(/^https:\/\/example\.org\/page\/#1\.[\w-]+\n$/)
  expect(await stateOf(out.trim().split('#')[1])).toEqual({ file: 'a.yaml', text: readFileSync(file, 'utf8') })

  const changed = await stateOf((await invoke(['link', file, '--seed', '7'])).out.trim().slice(1))
  const [linked, own] = [{ text: changed?.text ?? '' }, { text: SMALL_SCENARIO, seed: 7 }].map(
    ({ text, ...options }) => {
      const loaded = loadScenario({ file, text }, options)
      if (!loaded.ok) throw new Error(loaded.problems[0]?.message)
      return simulate(loaded.scenario).digest
    },
  )
  expect(linked).toBe(own)
})

test.each(['scenarios/kubernetes-paths.yaml', 'scenarios/wan-tls.yaml', 'scenarios/failures.yaml'])(
  'the link of a shipped scenario is at most 8 KB: %s',
  async (file) => {
    const { out } = await invoke(['link', file])
    expect(out.length).toBeGreaterThan(100)
    expect(out.length).toBeLessThan(8000)
  },
)

test('a link that would grow too large is not opened', async () => {
  const zeros = new Blob([JSON.stringify({ file: 'a', text: ' '.repeat(3_000_000) })]).stream()
  const bytes = await new Response(zeros.pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer()
  const fragment = `1.${Buffer.from(bytes).toString('base64url')}`
  expect(fragment.length).toBeLessThan(10_000)
  expect(await stateOf(fragment)).toBeNull()
  expect(await stateOf(`1.${'A'.repeat(2_000_000)}`)).toBeNull()
})
