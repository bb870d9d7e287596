import { Redis } from 'ioredis'
import { codeOf } from '../../disk/error-code.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { QueueAddress } from './queue-address.ts'

/** The longest wait between attempts to connect again. */
const MAX_RETRY_MS = 2_000

/** Connects to the server of a queue. @throws UsageError when it cannot be reached, or does not let this process in */
export async function connectToQueue(address: QueueAddress): Promise<Redis> {
  let isConnected = false
  const connection = new Redis({
    host: address.host,
    port: address.port,
    db: address.database,
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.tls === null ? {} : { tls: address.tls }),
    lazyConnect: true,
    // Commands wait until the server is there again.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isConnected ? Math.min(times * 100, MAX_RETRY_MS) : null),
  })
  let reason: Error | null = null
  const keepReason = (error: Error) => {
    reason = error
  }
  connection.on('error', keepReason)
  try {
    await connection.connect()
    await connection.ping()
  } catch (error) {
    connection.disconnect()
    throw new UsageError(`cannot use the queue at ${address.name}: ${reasonOfConnection(reason ?? error)}`)
  }
  isConnected = true
  connection.off('error', keepReason)
  return connection
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the server closed the connection; does it expect TLS (rediss://)?',
  ENOTFOUND: 'there is no such host',
  ETIMEDOUT: 'it does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; name the certificate of its CA with --queue-ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not known; name the certificate of the CA with --queue-ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not known; name the certificate of the CA with --queue-ca',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}

function reasonOfConnection(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const known = REASONS[codeOf(error) ?? '']
  if (known !== undefined) return known
  if (/^(NOAUTH|WRONGPASS)|NOAUTH|WRONGPASS|invalid username-password/.test(error.message))
    return 'the password is missing or wrong; set ONPATH_QUEUE_PASSWORD, and the user in the address (redis://USER@HOST)'
  return error.message
}
