import type { UpgradeProtocol } from '../../../cluster/messages/apiserver-requests.ts'
import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import { serverKindOf } from './asked-for.ts'
import type { PlacedStep } from './attacker-names.ts'
import { credentialShown } from './shown-credential.ts'

/**
 * How an attacker asks for a command. A WebSocket begins with GET, and is authorized as `get` where SPDY, a POST, is as
 * `create` (pkg/kubelet/server/auth.go, k/k#136550): whoever may only `get` asks so.
 */
export function upgradeProtocol(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): UpgradeProtocol {
  const shown = credentialShown(placed, blueprint)
  const rules = blueprint.cluster?.users.find(({ certificate }) => certificate === shown)?.rules ?? []
  const wanted = serverKindOf(path) === 'kubelet' ? ['nodes/proxy', '*/proxy', '*'] : ['pods/exec', '*/exec', '*']
  const may = (verb: string) =>
    rules.some(
      ({ verbs, resources }) =>
        verbs.some((each) => each === verb || each === '*') && resources.some((each) => wanted.includes(each)),
    )
  return may('get') && !may('create') ? 'websocket' : 'spdy'
}
