import type { PlannedRequest } from '../../attack/techniques/step-planner.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { custom } from '../../cluster/paths/kinds/custom.ts'
import type { Blueprint, CertificateBlueprint, IdentityBlueprint, PathBlueprint, TlsBlueprint } from '../blueprint.ts'
import {
  attackersCertificateName,
  attackersDeclared,
  attackersPathName,
  hostOfAttacker,
  type NumberedStep,
  pathsOfStep,
  servingOf,
  stepsInOrder,
} from '../lookups/attacker-names.ts'
import { connectionPathsOf, LOOPBACK_ADDRESS, mainAddress, realPlaceOf } from '../lookups/server-places.ts'
import { ClusterConnections } from '../paths/cluster-connections.ts'
import { requestsOf, serverPathOf, viaOf } from './step-planner.ts'
import { credentialUsed } from './used-credential.ts'

/**
 * Adds the paths on which attackers send and relay requests, and the certificates that they forge. No workload runs on
 * these paths, and they add no servers.
 */
export function withAttackerPaths(blueprint: Blueprint): Blueprint {
  const steps = stepsInOrder(blueprint)
  if (steps.length === 0) return blueprint
  const serving = steps.filter((placed) => servingOf(placed) !== undefined && placed.step.parameters.presents == null)
  const identities = serving.flatMap((step) =>
    connectionPathsOfStep(step, blueprint).flatMap((path) => forgedCertificate(step, path, blueprint)),
  )
  return {
    ...blueprint,
    paths: [...blueprint.paths, ...steps.flatMap((placed) => pathsFor(placed, blueprint))],
    identities: [...blueprint.identities, ...identities],
  }
}

function pathsFor(placed: NumberedStep, blueprint: Blueprint): PathBlueprint[] {
  const relayed = servingOf(placed)?.relays ? connectionPathsOfStep(placed, blueprint) : []
  return [
    ...relayed.map((path) => attackerPath(placed, path, blueprint)),
    ...requestsOf(placed, blueprint).flatMap((request) => requestPath(placed, request, blueprint)),
  ]
}

function requestPath(placed: NumberedStep, request: PlannedRequest, blueprint: Blueprint): PathBlueprint[] {
  if (request.to === 'server') return [attackerPath(placed, serverPathOf(placed, request.path, blueprint), blueprint)]
  const { cluster } = blueprint
  if (cluster === null) return []
  const names = {
    name: viaOf(placed, request, blueprint),
    declared: attackersDeclared(placed.attacker),
    kind: custom.name,
    from: hostOfAttacker(placed.attacker, blueprint),
  }
  const { certificate } = request
  const { client } =
    certificate === undefined
      ? credentialOf(placed, blueprint)
      : ({ client: { kind: 'certificate', certificate } } as const)
  const path = new ClusterConnections(blueprint, cluster).toApiserver(names, cluster.version, client, placed.name)
  return [{ ...path, tls: { ...path.tls, verify: 'none' } }]
}

/** Returns the paths that connections of a step's paths take. A service gives the paths to its endpoints. */
export function connectionPathsOfStep({ step }: NumberedStep, blueprint: Blueprint): readonly PathBlueprint[] {
  return pathsOfStep(step, blueprint).flatMap((path) => connectionPathsOf(path, blueprint))
}

function attackerPath(placed: NumberedStep, path: PathBlueprint, blueprint: Blueprint): PathBlueprint {
  const { attacker } = placed
  const from = hostOfAttacker(attacker, blueprint)
  const name = attackersPathName(placed, path)
  const { address, port } = placeFor(from, path, blueprint)
  const { hasOwnHost, intercepts } = VANTAGES[attacker.vantage]
  const isBetween = servingOf(placed)?.relays && hasOwnHost && intercepts && path.tunnel === null
  return {
    name,
    declared: attackersDeclared(attacker),
    kind: custom.name,
    from,
    to: path.to,
    address,
    port,
    service: null,
    protocol: path.protocol,
    tls: path.tls === null ? null : { ...path.tls, ...credentialOf(placed, blueprint), verify: 'none' },
    tunnel: null,
    // An inline attacker can use the client's address, because it receives the responses. Responses through a tunnel
    // take other routes.
    ...(isBetween ? { source: sourceOf(path, blueprint) } : {}),
  }
}

/**
 * Returns the address and port at which an attacker reaches a server. A server that listens only on loopback is dialled
 * at its main address, unless the attacker is on the same host.
 */
function placeFor(
  from: string,
  path: PathBlueprint,
  blueprint: Blueprint,
): { readonly address: string | null; readonly port: number } {
  const { address, port } = realPlaceOf(path, blueprint)
  if (address === LOOPBACK_ADDRESS) return { address: from === path.to ? LOOPBACK_ADDRESS : null, port }
  return { address: address === mainAddress(path.to, blueprint) ? null : address, port }
}

function sourceOf({ from }: PathBlueprint, blueprint: Blueprint): string {
  return mainAddress(from, blueprint)
}

function credentialOf(placed: NumberedStep, blueprint: Blueprint): Pick<TlsBlueprint, 'client'> {
  const shown = credentialUsed(placed, blueprint)
  const credential = blueprint.identities.find(({ name }) => name === shown)
  if (credential?.kind === 'certificate') return { client: { kind: 'certificate', certificate: credential.name } }
  return { client: { kind: 'none' } }
}

/**
 * Returns a certificate with the same content as the real server's. The CA that the client trusts signs it if the
 * attacker holds its key; otherwise it is self-signed.
 */
function forgedCertificate(placed: NumberedStep, path: PathBlueprint, { identities }: Blueprint): IdentityBlueprint[] {
  const { tls } = path
  if (tls === null) return []
  const real = identities.find((each): each is CertificateBlueprint => {
    return each.kind === 'certificate' && each.name === tls.serverCertificate
  })
  if (real === undefined) return []
  const issuer = placed.attacker.holds.includes(tls.ca) ? tls.ca : null
  return [{ ...real, name: attackersCertificateName(placed, path), issuer }]
}
