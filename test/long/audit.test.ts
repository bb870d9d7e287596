import { afterEach, describe, expect, test, vi } from 'vitest'
import { KubeletService } from '../../src/cluster/kubelet/kubelet-service.ts'
import type { AnyCluster } from '../audit/any-cluster.ts'
import { findingsOf } from '../audit/audit.ts'
import { comparedIn, lostBy, lostIn, unreportedIn } from '../audit/many.ts'
import type { Weakening } from '../audit/weaker.ts'

test('check reports what attackers of generated clusters get in runs', async () => {
  expect(await unreportedIn(4)).toEqual([])
})

test('check reports no less of a cluster with one more permission or weakness', async () => {
  expect(await lostIn(1)).toEqual([])
})

const SAFE = { anonymous: false, mode: 'Webhook', webhook: true, readOnlyPort: false } as const

/** A cluster whose kubelets serve nobody without a credential, and ask the apiserver about everybody else. */
const HARDENED: AnyCluster = {
  minor: 30,
  anonymousAuth: false,
  modes: ['Node', 'RBAC'],
  nodeRestriction: true,
  verifiesKubelets: true,
  serving: 'own',
  front: SAFE,
  back: SAFE,
  layout: 'routed',
  grants: { alice: { verbs: ['get'], resources: ['nodes/proxy'] } },
  traffic: { logs: 'busy', nodes: 'none', pods: 'none', people: 'none' },
}

/** The same cluster, whose apiserver does not verify kubelets, and a user who may do everything. */
const OPEN: AnyCluster = {
  ...HARDENED,
  verifiesKubelets: false,
  grants: { alice: { verbs: ['*'], resources: ['*'] } },
}

test('more vantage and more keys give attackers of generated clusters no less', () => {
  const all = comparedIn([OPEN], 2)
  expect(all.filter(({ lost }) => lost.length > 0)).toEqual([])
  const judged = (what: string) => all.filter((one) => one.what === what && one.gained > 0).length
  const comparisons = [...new Set(all.map(({ what }) => what))]
  expect(comparisons).toHaveLength(5)
  expect(comparisons.filter((what) => judged(what) === 0)).toEqual([])
})

const ANONYMOUS_KUBELETS: Weakening = {
  what: 'kubelets serve anonymous requests',
  of: (cluster) => ({
    ...cluster,
    front: { ...cluster.front, anonymous: true },
    back: { ...cluster.back, anonymous: true },
  }),
}

describe('a planted bug breaks the law of stricter settings', () => {
  afterEach(() => void vi.restoreAllMocks())

  const lost = async () => lostBy(ANONYMOUS_KUBELETS, HARDENED, await findingsOf(HARDENED))

  test('stricter settings open nothing on kubelets that are hardened', async () => {
    expect(await lost()).toEqual([])
  })

  test('a law finds kubelets that allow everything when they refuse anonymous requests', async () => {
    type Methods = Record<string, (this: Kubelet, row: number) => void>
    interface Kubelet {
      readonly table: { readonly node: readonly number[] }
      readonly plan: { readonly nodes: readonly { readonly configuration: { readonly anonymousEnabled: boolean } }[] }
      allow(row: number): void
    }
    const methods = KubeletService.prototype as unknown as Methods
    const { authorize } = methods
    vi.spyOn(methods, 'authorize').mockImplementation(function (this: Kubelet, row) {
      const { anonymousEnabled } = this.plan.nodes[this.table.node[row]].configuration
      if (anonymousEnabled) authorize.call(this, row)
      else this.allow(row)
    })
    const laws = (await lost()).map((breach) => breach.split(',')[0])
    expect(laws).toEqual([
      'stricter settings: a node: create nodes/proxy on front',
      'stricter settings: an account without rights of its own: create nodes/proxy on front',
    ])
  })
})
