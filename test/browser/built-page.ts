import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.txt': 'text/plain',
}

/** Builds the page, and returns its folder, which the caller removes. */
export function buildPage(): string {
  const dir = mkdtempSync(join(tmpdir(), 'onpath-page-'))
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-page.mjs'), dir], { cwd: ROOT, stdio: 'pipe' })
  return dir
}

export interface Served {
  /** The address of the folder, below which the page lies as on any file server. */
  readonly url: string
  /** The requests that have come. */
  readonly requests: IncomingMessage[]
  close(): void
}

/** Serves the files of a folder below a path, as any file server does. */
export async function serve(dir: string, base = '/some/path/'): Promise<Served> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    const name = String(request.url).replace(base, '').split('?')[0]
    const file = join(dir, name === '' ? 'index.html' : name)
    if (!existsSync(file)) return void response.writeHead(404).end()
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type }).end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}${base}`, requests, close: () => server.close() }
}

/** Returns the files that a module imports before it runs, itself included. */
export function importsOf(dir: string, file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const code = readFileSync(join(dir, file), 'utf8')
  for (const [, imported] of code.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g))
    importsOf(dir, imported, found)
  return found
}

/** Returns the size of files on their way to a browser, in KiB. */
export function kibOf(dir: string, files: Iterable<string>): number {
  let bytes = 0
  for (const file of files) bytes += gzipSync(readFileSync(join(dir, file))).length
  return bytes / 1024
}
