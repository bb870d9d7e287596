import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { CONTROLLER_MANAGER_FLAGS } from '../../cluster/flags/controller-manager-flags.ts'
import { type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { IsBoolean } from './flag-syntax.ts'

/** Other boolean flags that stand alone on command lines. */
const OTHER_BOOLEANS = new Set([
  'allow-privileged',
  'allocate-node-cidrs',
  'configure-cloud-routes',
  'enable-aggregator-routing',
  'enable-bootstrap-token-auth',
  'enable-debugging-handlers',
  'enable-server',
  'fail-swap-on',
  'leader-elect',
  'logtostderr',
  'profiling',
  'protect-kernel-defaults',
  'register-node',
  'rotate-server-certificates',
  'service-account-lookup',
  'use-service-account-credentials',
])

/** Returns which flags of a program take no value from the next word. */
function booleansOf(flags: Flags): IsBoolean {
  const kinds = new Map(
    flagsOf(flags).flatMap(([, flag]) =>
      [flag.name, flag.also?.name].flatMap((name) =>
        name === undefined ? [] : [[name, flag.kind.bare !== undefined] as const],
      ),
    ),
  )
  return (name) => kinds.get(name) ?? (OTHER_BOOLEANS.has(name) ? true : undefined)
}

export const isApiserverBoolean = booleansOf(APISERVER_FLAGS)
export const isControllerManagerBoolean = booleansOf(CONTROLLER_MANAGER_FLAGS)
export const isKubeletBoolean = booleansOf(KUBELET_FIELDS)
