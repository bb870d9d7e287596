import { isIP } from 'node:net'
import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'

/** The options that name a queue. */
export interface QueueOptions {
  readonly queue?: string
  readonly queueCa?: string
  readonly queueCert?: string
  readonly queueKey?: string
}

/** The server of a queue, and the secrets that open it. */
export interface QueueAddress {
  /** The address for messages, without a password. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly database: number
  readonly username: string | null
  readonly password: string | null
  readonly tls: QueueTls | null
  /** The secret by which jobs and results are sealed; null without one. */
  readonly secret: string | null
}

export interface QueueTls {
  /** The name that the certificate must have; absent for an address, which it must have too. */
  readonly servername?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/**
 * The environment variables for secrets that must not be on a command line, which every user of a machine can read.
 */
const QUEUE_PASSWORD = 'ONPATH_QUEUE_PASSWORD'
const QUEUE_SECRET = 'ONPATH_QUEUE_SECRET'

const DEFAULT_PORT = 6379

/** Reads the address of a queue. @throws UsageError */
export function queueAddress(
  text: string,
  options: QueueOptions,
  environment: (name: string) => string | undefined,
): QueueAddress {
  const url = parse(text)
  if (url.password !== '')
    throw new UsageError(
      `the password of the queue would be visible in the list of processes; leave it out of the address, and set ${QUEUE_PASSWORD}`,
    )
  const isEncrypted = url.protocol === 'rediss:'
  const files = { ca: options.queueCa, cert: options.queueCert, key: options.queueKey }
  if (!isEncrypted && Object.values(files).some((file) => file !== undefined))
    throw new UsageError('certificates are for an encrypted connection; begin the address of the queue with rediss://')
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new UsageError('--queue-cert and --queue-key belong together')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const read = Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [[name, readTextFile(file)]]))
  return {
    name: `${url.protocol}//${url.host}${url.pathname}`.replace(/\/$/, ''),
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: databaseOf(url),
    username: url.username === '' ? null : decodeURIComponent(url.username),
    password: environment(QUEUE_PASSWORD) || null,
    tls: isEncrypted ? { ...(isIP(host) === 0 ? { servername: host } : {}), ...Object.fromEntries(read) } : null,
    secret: environment(QUEUE_SECRET) || null,
  }
}

const EXPECTED = 'expected an address such as redis://localhost:6379, or rediss://queue.example.com for TLS'

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || url.search !== '' || url.hash !== '')
    throw new UsageError(`${EXPECTED}; found ${text.replace(/\/\/[^@/]*@/, '//...@')}`)
  return url
}

function databaseOf({ pathname }: URL): number {
  const digits = /^\/?(\d{0,4})$/.exec(pathname)?.[1]
  if (digits === undefined) throw new UsageError(`${EXPECTED}; behind the host there can be a number of a database`)
  return Number(digits)
}
