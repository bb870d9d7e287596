import { addresses } from './host-keys/addresses.ts'
import type { HostKey } from './host-keys/host-key.ts'
import { certificate, kubernetes, zone } from './host-keys/of-cluster.ts'
import { cores, coresOf, cpu, noise } from './host-keys/processor.ts'
import { tcp } from './host-keys/tcp.ts'

/** The keys of hosts. Schema, resolution, checks and `--print-config` derive from them. */
export const HOST_KEYS = {
  addresses,
  cpu,
  noise,
  cores,
  'cores-of': coresOf,
  tcp,
  certificate,
  zone,
  kubernetes,
} satisfies Readonly<Record<string, HostKey>>
