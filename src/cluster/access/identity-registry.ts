import { assert } from '../../engine/assert.ts'
import type { Identity } from './identity.ts'

/**
 * All identities that can be authenticated in a scenario, each with an index. Reviews and caches refer to identities by
 * index. Immutable.
 */
export class IdentityRegistry {
  readonly identities: readonly Identity[]
  private readonly indexByKey: ReadonlyMap<string, number>

  constructor(identities: readonly Identity[]) {
    const byKey = new Map(identities.map((identity) => [keyOf(identity), identity]))
    this.identities = [...byKey.values()]
    this.indexByKey = new Map(this.identities.map((identity, index) => [keyOf(identity), index]))
  }

  indexOf(identity: Identity): number {
    const index = this.indexByKey.get(keyOf(identity))
    assert(index !== undefined, `every admitted identity is registered: ${identity.user}`)
    return index
  }
}

function keyOf({ user, groups }: Identity): string {
  return [user, ...groups].join('\n')
}
