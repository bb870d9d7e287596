import { text } from '../options/option.ts'

/** Options of commands that use a queue. */
export const QUEUE_OPTIONS = {
  queue: text(
    '<address>',
    'the queue of points on a server of Valkey or Redis, such as redis://localhost:6379, or rediss:// with TLS; passwords come from ONPATH_QUEUE_PASSWORD',
  ),
  queueCa: text('<file>', 'the certificate of the CA of the server of the queue'),
  queueCert: text('<file>', 'a client certificate for the server of the queue'),
  queueKey: text('<file>', 'the private key of the client certificate'),
}
