import type { Flag } from '../flag.ts'

export const clientCa: Flag<string | null> = {
  name: 'authentication.x509.clientCAFile',
  kind: { type: 'reference', to: 'ca' },
  meaning: 'The CA of client certificates; without one they are ignored.',
  default: { provided: 'clientCa' },
  also: { name: 'client-ca-file' },
}
