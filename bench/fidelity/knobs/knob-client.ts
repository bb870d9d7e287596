/**
 * `node knob-client.js HOST QUESTION TIMES NODELAY`: asks what knob-cells.ts says, and prints ms, and the nanosecond of
 * CLOCK_MONOTONIC at which the last byte was there, a value a line.
 */
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { HTTP_PORT } from '../lab/node-ports.ts'
import type { KnobQuestion } from './knob-cells.ts'

const [host, question, times, noDelay] = process.argv.slice(2)
const what = JSON.parse(question) as KnobQuestion
const agent = new http.Agent({ keepAlive: what.kind !== 'get', maxSockets: 1, noDelay: noDelay === '1' })
const HEAD_APART_BYTES = 200
const POST_PAUSE_MS = 100
let overNs = 0n

/** Returns the milliseconds from the request to the last byte. A body is written separately, after the head. */
function ask(bytes: number, bodyBytes = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const headers = bodyBytes === 0 ? {} : { 'content-length': bodyBytes }
    const method = bodyBytes === 0 ? 'GET' : 'POST'
    const request = http.request({ host, port: HTTP_PORT, path: `/${bytes}`, method, headers, agent }, (response) => {
      response.resume()
      response.once('end', () => {
        overNs = process.hrtime.bigint()
        resolve(performance.now() - start)
      })
      response.once('error', reject)
    })
    request.once('error', reject)
    if (bodyBytes === 0) request.end()
    else {
      request.flushHeaders()
      // Not before the head has left: Node.js would write both together.
      request.once('socket', () => setImmediate(() => request.end(Buffer.alloc(bodyBytes))))
    }
  })
}

async function once(): Promise<number> {
  if (what.kind === 'get') return await ask(what.bytes)
  if (what.kind === 'post' || what.kind === 'paused') {
    const end = performance.now() + (what.kind === 'post' ? POST_PAUSE_MS : what.pauseMs)
    const ms = what.kind === 'post' ? await ask(1000, HEAD_APART_BYTES) : await ask(what.bytes)
    await sleep(Math.max(0, end - performance.now()))
    return ms
  }
  let sum = 0
  for (let nth = 0; nth < what.requests; nth++) sum += await ask(what.bytes)
  return sum / what.requests
}

// The first warms the programs up, and the connection.
if (what.kind === 'mean' || what.kind === 'get') await ask(1000)
else await once()
for (let nth = 0; nth < Number(times); nth++) console.log(`${(await once()).toFixed(4)} ${overNs}`)
agent.destroy()
