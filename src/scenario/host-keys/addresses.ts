import { listOf, text } from '../schema/scalars.ts'
import { hostKey } from './host-key.ts'

/** The addresses of all hosts are checked together (topology/resolve-hosts.ts). */
export const addresses = hostKey({
  schema: () =>
    listOf(
      'The IPv4 addresses of the host, in dotted form. Default: one address in 10.0.0.0/8 that derives from the name of the host.',
      text('An IPv4 address.', '10.0.0.1', 'an IPv4 address'),
    )
      .min(1, 'at least one address; leave `addresses` out for an automatic one')
      .max(100, 'at most 100 addresses'),
  set: (addresses) => ({ addresses }),
  print: ({ addresses }) => [...addresses],
})
