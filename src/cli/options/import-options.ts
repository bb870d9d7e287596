import { UsageError } from '../../disk/usage-error.ts'
import { type ImportOptions, NETWORK_MEANINGS, NETWORKS, type Network } from '../../import/build/context.ts'
import { PROVIDERS } from '../../import/profiles.ts'
import { flag, type Given, text, value } from './option.ts'
import { oneOf } from './values.ts'

/** Options of commands that read the files of a real cluster. */
export const IMPORT_OPTIONS = {
  network: value<Network>(
    '<kind>',
    `the network between control plane and nodes: ${NETWORKS.map((name) => `${name} (${NETWORK_MEANINGS[name]})`).join(', ')}. Default: every link that leaves a host is untrusted`,
    oneOf(NETWORKS),
  ),
  provider: value('<name>', `the provider of a managed control plane: ${PROVIDERS.join(', ')}`, oneOf(PROVIDERS)),
  allNodes: flag('keep all nodes, and not only some of each version and configuration'),
  kubernetes: text('<version>', 'the version of Kubernetes, such as 1.29, where no file has it'),
}

/**
 * Returns the options of an import.
 * @throws UsageError for a version that is none
 */
export function importOptionsOf(given: Given<typeof IMPORT_OPTIONS>): Omit<ImportOptions, 'nowS' | 'nodesOfKind'> {
  const { network, provider, kubernetes, allNodes } = given
  if (kubernetes !== undefined && !/^v?1\.\d{1,3}(\.\d+\S*)?$/.test(kubernetes))
    throw new UsageError(`--kubernetes needs a version such as 1.29, not ${kubernetes}`)
  return {
    ...(network === undefined ? {} : { network }),
    ...(provider === undefined ? {} : { provider }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(allNodes === undefined ? {} : { allNodes }),
  }
}

/** Returns the time at which a day begins, such as 2027-03-01, in seconds since 1970. */
export function secondsOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}
