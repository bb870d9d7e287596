import { hashString32 } from '../../engine/hash.ts'
import { formatAddress } from '../../network/address-book.ts'

/** The first address of 10.96.0.0/12, the --service-cidr of kubeadm. */
const FIRST_SERVICE_ADDRESS = 0x0a600000
const SERVICE_BITS = 0xfffff
const ADDRESS_HASH_SEED = 0x0a600001

export const KUBERNETES_SERVICE = 'kubernetes'
export const KUBERNETES_SERVICE_ADDRESS = '10.96.0.1'

/** Returns the virtual addresses of services. Each derives from the name of the service, and no host has it. */
export function serviceAddresses(names: Iterable<string>, taken: ReadonlySet<string>): Map<string, string> {
  const used = new Set([...taken, KUBERNETES_SERVICE_ADDRESS])
  const given = new Map<string, string>()
  for (const name of [...names].sort((a, b) => (a < b ? -1 : 1))) {
    let bits = hashString32(name, ADDRESS_HASH_SEED) & SERVICE_BITS
    while ((bits & 0xff) === 0 || (bits & 0xff) === 0xff || used.has(formatAddress(FIRST_SERVICE_ADDRESS + bits)))
      bits = (bits + 1) & SERVICE_BITS
    const address = formatAddress(FIRST_SERVICE_ADDRESS + bits)
    given.set(name, address)
    used.add(address)
  }
  return given
}
