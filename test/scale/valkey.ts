import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ValkeyOptions {
  /** The folder in which the server keeps its data. */
  readonly folder: string
  readonly password?: string
  /** True if the server speaks TLS, with a certificate of a CA that is in `ca.crt` of the folder. */
  readonly isEncrypted?: boolean
}

/** Returns whether Valkey is installed. */
export function hasValkey(): boolean {
  try {
    execFileSync('valkey-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A server of Valkey on a free port of this machine, which writes what it has done to its folder. */
export class Valkey {
  readonly port: number
  readonly #options: ValkeyOptions
  #process: ChildProcess | null = null

  private constructor(port: number, options: ValkeyOptions) {
    this.port = port
    this.#options = options
  }

  static async start(options: ValkeyOptions): Promise<Valkey> {
    mkdirSync(options.folder, { recursive: true })
    if (options.isEncrypted === true) writeCertificates(options.folder)
    const server = new Valkey(await freePort(), options)
    await server.start()
    return server
  }

  get url(): string {
    return `${this.#options.isEncrypted === true ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`
  }

  /** Starts the server, again after `kill`, and waits until it listens. */
  async start(): Promise<void> {
    const { folder, password, isEncrypted = false } = this.#options
    const port = String(this.port)
    const words = [
      ...['--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', '', '--loglevel', 'warning'],
      ...(isEncrypted ? ['--port', '0', '--tls-port', port, ...tlsWords(folder)] : ['--port', port]),
    ]
    // Standard input has the configuration that is not for other users of this machine.
    const child = spawn('valkey-server', [...words, '-'], { stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end(password === undefined ? '' : `requirepass ${password}\n`)
    this.#process = child
    await listening(this.port)
  }

  /** Ends the server by signal 9. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isOpen) return
    await sleep(50)
  }
  throw new Error(`valkey-server does not listen on port ${port}`)
}

function tlsWords(folder: string): string[] {
  const file = (name: string) => join(folder, name)
  return [
    ...['--tls-cert-file', file('server.crt'), '--tls-key-file', file('server.key')],
    ...['--tls-ca-cert-file', file('ca.crt'), '--tls-auth-clients', 'no'],
  ]
}

/** Writes a CA, and a certificate of it for 127.0.0.1. */
function writeCertificates(folder: string): void {
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=ca of a test')
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=queue')
  writeFileSync(join(folder, 'san'), 'subjectAltName=IP:127.0.0.1\n')
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san']
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signing)
}
