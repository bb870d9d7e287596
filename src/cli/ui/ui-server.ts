import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, join } from 'node:path'

/** The content that the page opens with: a scenario, or the files of a cluster. */
export interface Opened {
  readonly files: readonly { readonly path: string; readonly text: string }[]
  /** True: the scenario can be saved back. */
  readonly canSave: boolean
}

export interface UiOptions {
  /** The folder with the page, as the package has it. */
  readonly folder: string
  /** Reads the initial content of the page, each time that the page is opened. */
  readonly opened: () => Opened
  /** Writes the text of the scenario to its file. */
  readonly save: (text: string) => void
  /** The port; 0 for any that is free. */
  readonly port: number
}

export interface UiServer {
  /** The address to open. It contains a secret token. */
  readonly url: string
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/** The most bytes of a text that is saved. */
const MOST_BYTES = 16 * 2 ** 20

/** The document of the page in this server: it may ask this server, and says so to its script. */
const DOCUMENT = 'ui.html'

/**
 * Serves the page on the loopback interface: its files, its initial content, and one POST that saves the text of the
 * scenario. Every address begins with a random token. A request must name this server as its host, so that no other
 * name leads here. A request to save must come from the page itself.
 */
export async function serveUi(options: UiOptions): Promise<UiServer> {
  const base = `/${randomBytes(16).toString('hex')}/`
  let host = ''
  const server = createServer((request, response) => {
    void answer(request, response, { ...options, base, host }).catch(() => refuse(response, 500, 'it failed'))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${host}${base}`, close: () => closed(server) }
}

interface Site extends UiOptions {
  readonly base: string
  readonly host: string
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const { base, host } = site
  if (request.headers.host !== host) return refuse(response, 421, 'this server has another name')
  const path = String(request.url).split('?')[0]
  if (!path.startsWith(base)) return refuse(response, 404, 'there is nothing here')
  const name = path.slice(base.length)
  if (name === 'save') return save(request, response, site)
  if (request.method !== 'GET') return refuse(response, 405, 'only GET')
  if (name === 'opened') return send(response, 'application/json', JSON.stringify(site.opened()))
  const file = join(site.folder, name === '' ? DOCUMENT : basename(name))
  if (name.includes('/') || !existsSync(file)) return refuse(response, 404, 'there is nothing here')
  send(response, TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file))
}

async function save(
  request: IncomingMessage,
  response: ServerResponse,
  { host, opened, save: write }: Site,
): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405, 'only POST')
  if (request.headers.origin !== `http://${host}`) return refuse(response, 403, 'it comes from another page')
  if (request.headers['content-type'] !== 'text/plain;charset=UTF-8') return refuse(response, 415, 'it is no text')
  if (!opened().canSave) return refuse(response, 409, 'no file is open')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return refuse(response, 413, 'the text is too large')
    chunks.push(chunk)
  }
  try {
    write(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch (error) {
    return refuse(response, 500, error instanceof Error ? error.message : 'it failed')
  }
  send(response, 'text/plain; charset=utf-8', 'saved\n')
}

/** The headers of every response. No other page can embed it, and nothing is kept or sent on. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
}

function send(response: ServerResponse, type: string, content: string | Buffer): void {
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(content)
}

function refuse(response: ServerResponse, code: number, reason: string): void {
  response.writeHead(code, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`${reason}\n`)
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
