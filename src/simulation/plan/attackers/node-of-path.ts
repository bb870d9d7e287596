import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import { hostOfPod } from '../../expansion/members.ts'

/** The node at an end of a path, or under the pod there; null: neither end is on one. */
export function nodeOfPath({ from, to }: PathBlueprint, { cluster }: Blueprint): string | null {
  if (cluster === null) return null
  const nodeAt = (host: string) =>
    cluster.nodes.find(({ name }) => name === host)?.name ?? cluster.pods.find((pod) => hostOfPod(pod) === host)?.node
  const isNode = (name: string | undefined) => cluster.nodes.some((node) => node.name === name)
  return [nodeAt(from), nodeAt(to)].find((name) => name !== undefined && isNode(name)) ?? null
}
