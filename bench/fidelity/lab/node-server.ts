/** The server of the rows of stack nodejs: `node node-server.js FOLDER`, GET /N gives N bytes; prints ready. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { HTTP_PORT, MTLS_PORT, TLS_PORT } from './node-ports.ts'

const [folder] = process.argv.slice(2)
const read = (name: string) => readFileSync(`${folder}/${name}`)
const payload = Buffer.alloc(1 << 20)

/** Responds to a request, after its whole body has arrived. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['content-length'] === undefined) give(request, response)
  else request.resume().once('end', () => give(request, response))
}

function give(request: IncomingMessage, response: ServerResponse): void {
  let left = Number(request.url?.slice(1))
  if (!Number.isSafeInteger(left) || left < 0) {
    response.writeHead(400).end('how many bytes?')
    return
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': left })
  const write = (): void => {
    while (left > 0) {
      const part = left < payload.length ? payload.subarray(0, left) : payload
      left -= part.length
      if (!response.write(part)) break
    }
    if (left > 0) response.once('drain', write)
    else response.end()
  }
  write()
}

const identity = { key: read('server.key'), cert: read('server.pem') }
const servers = [
  [createServer(answer), HTTP_PORT],
  [createTlsServer(identity, answer), TLS_PORT],
  [createTlsServer({ ...identity, ca: read('ca.pem'), requestCert: true }, answer), MTLS_PORT],
] as const
let listening = 0
for (const [server, port] of servers)
  server.listen(port, () => {
    listening += 1
    if (listening === servers.length) console.log('ready')
  })
