import type { MessageSizes } from './plan-traffic.ts'

/** Of a renewal, as the measured 630 bytes have it (559; the typical Lease with managed fields has 576), and typical objects in protobuf (facts, kubernetes-paths.md 1.9). */
const LEASE_BYTES = 559
const OBJECT_BYTES = { pods: 3489, nodes: 3326, leases: 576, events: 505, services: 249, secrets: 600, configmaps: 600 }

export const messageSizes: MessageSizes = {
  leaseBytes: LEASE_BYTES,
  listBytes: (resource, count) => OBJECT_BYTES[resource] * count,
}
