import { VANTAGES } from '../../attack/vantages.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import { WITHOUT_CREDENTIAL } from '../../measure/judge-check.ts'
import type { RequestResult, VerdictResult } from '../../measure/verdict.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'

/** A verdict with the path that the scenario declares, and the host, link or segment of its attacker. */
interface Placed {
  readonly path: string
  readonly on: { readonly name: string }
  readonly verdict: VerdictResult
}

/**
 * Tells what attackers get from a real cluster from what they get only from users and servers that an import assumes.
 */
export class Provenance {
  readonly #users: ReadonlySet<string>
  /** The assumed servers, as `host:port`. */
  readonly #servers: ReadonlySet<string>
  readonly #paths: readonly PathBlueprint[]

  constructor({ cluster, paths }: Blueprint) {
    this.#users = new Set((cluster?.users ?? []).flatMap(({ name, isAssumed }) => (isAssumed ? [name] : [])))
    const ofPods = (cluster?.pods ?? []).flatMap(({ name, node, hostNetwork, listens, isAssumed }) =>
      isAssumed === true ? [`${hostNetwork ? node : name}:${listens}`] : [],
    )
    const ofPaths = paths.flatMap(({ to, port, isAssumed }) => (isAssumed === true ? [`${to}:${port}`] : []))
    this.#servers = new Set([...ofPods, ...ofPaths])
    this.#paths = paths
  }

  /**
   * Returns whether everything that a verdict shows depends on an assumption: its attacker acts as an assumed user, or
   * each server that it reached, or whose messages it read or forged, is assumed.
   * @param all the verdicts of the same simulation
   */
  isAssumed(one: Placed, all: readonly Placed[]): boolean {
    return this.#isByUser(one) || this.#isAtServers(one, all)
  }

  /** Returns whether an attacker acts as an assumed user, and no real server granted it anything without a credential. */
  #isByUser({ on, verdict }: Placed): boolean {
    const isUser = !VANTAGES[verdict.vantage].hasNetworkPlace && this.#users.has(on.name)
    return isUser && grantedIn(verdict).every((one) => !WITHOUT_CREDENTIAL.includes(one.by) || this.#isServer(one))
  }

  #isAtServers(one: Placed, all: readonly Placed[]): boolean {
    const { path, verdict } = one
    if (verdict.credentials.length > 0 || !grantedIn(verdict).every((request) => this.#isServer(request))) return false
    const own = this.#paths.filter(({ declared }) => declared === path)
    if (own.some(({ kind }) => pathKind(kind).isForwarded !== true)) {
      const toVictim = own.filter(({ to, service }) => to === verdict.victim || service !== null)
      return toVictim.length > 0 && toVictim.every(({ isAssumed }) => isAssumed === true)
    }
    // Requests that the apiserver forwards are open on the path on which it forwards them.
    const forwarded = all.filter(
      (other) =>
        other.path !== path &&
        other.on.name === one.on.name &&
        other.verdict.attacker === verdict.attacker &&
        other.verdict.technique === verdict.technique &&
        other.verdict.exposure.messages > 0,
    )
    return forwarded.length > 0 && forwarded.every((other) => this.#isAtServers(other, all))
  }

  #isServer({ server, port }: RequestResult): boolean {
    return this.#servers.has(`${server}:${port}`)
  }
}

function grantedIn({ requests }: VerdictResult): readonly RequestResult[] {
  return requests.filter(({ status }) => status !== null && status < 400)
}
