import type { TechniqueName } from '../../../attack/vantage.ts'
import { negotiatedTls } from '../../../cluster/paths/connection-settings.ts'
import { custom } from '../../../cluster/paths/kinds/custom.ts'
import type {
  Blueprint,
  CertificateBlueprint,
  IdentityBlueprint,
  PathBlueprint,
  TlsBlueprint,
} from '../../blueprint.ts'
import type { ClusterBlueprint } from '../../blueprint-cluster.ts'
import { indexed, issuerOf } from '../../expansion/lookups.ts'
import { asNode, certificateAdditionName } from './attacker-additions.ts'
import {
  attackersCertificateName,
  attackersDeclared,
  attackersPathName,
  hostOfAttacker,
  type PlacedStep,
  pathsOfStep,
  stepsInOrder,
} from './attacker-names.ts'
import { nodeOfPath } from './node-of-path.ts'
import { LOOPBACK_ADDRESS, mainAddress, realPlaceOf, waysOf } from './server-places.ts'
import { credentialShown, isAskingApiserver } from './shown-credential.ts'

/** Those by which it answers in the server's name. */
const ANSWERING: readonly TechniqueName[] = [
  'impersonate-server',
  'relay',
  'readdress-node',
  'claim-agent',
  'spoof-arp',
  'redirect-service',
]

export function isAnswering(technique: TechniqueName): boolean {
  return ANSWERING.includes(technique)
}

/** By which it asks the path's server itself. */
const ASKING: readonly TechniqueName[] = ['direct-request', 'relay']

/**
 * The ways by which attackers ask servers, and the certificates that they make for themselves. No workload runs on
 * these paths, and nobody listens because of them.
 */
export function withAttackerPaths(blueprint: Blueprint): Blueprint {
  const steps = stepsInOrder(blueprint)
  if (steps.length === 0) return blueprint
  const paths = steps
    .filter(({ step }) => ASKING.includes(step.technique))
    .flatMap((step) => waysOfStep(step, blueprint).map((path) => askingPath(step, path, blueprint)))
  const toApiserver = steps.flatMap((placed) => apiserverPaths(placed, blueprint))
  const identities = steps
    .filter(({ step }) => isAnswering(step.technique) && step.presents === null)
    .flatMap((step) => waysOfStep(step, blueprint).flatMap((path) => forgedCertificate(step, path, blueprint)))
  return {
    ...blueprint,
    paths: [...blueprint.paths, ...paths, ...toApiserver],
    identities: [...blueprint.identities, ...identities],
  }
}

export function waysOfStep({ step }: PlacedStep, blueprint: Blueprint): readonly PathBlueprint[] {
  return pathsOfStep(step, blueprint).flatMap((path) => waysOf(path, blueprint))
}

function apiserverPaths(placed: PlacedStep, blueprint: Blueprint): PathBlueprint[] {
  const { cluster } = blueprint
  const { technique } = placed.step
  if (cluster === null || !isAskingApiserver(technique)) return []
  return pathsOfStep(placed.step, blueprint).flatMap((path) => {
    const name = attackersPathName(placed, path)
    const own = { ...apiserverPath(placed, cluster, blueprint), name }
    if (technique !== 'bootstrap-node' || own.tls === null) return [own]
    if (nodeOfPath(path, blueprint) === null) return []
    const certificate = certificateAdditionName(placed, path)
    return [own, { ...own, name: asNode(name), tls: { ...own.tls, client: { kind: 'certificate', certificate } } }]
  })
}

function apiserverPath(
  placed: PlacedStep,
  { apiserver, version }: ClusterBlueprint,
  blueprint: Blueprint,
): Omit<PathBlueprint, 'name'> {
  return {
    declared: attackersDeclared(placed.attacker),
    kind: custom.name,
    from: hostOfAttacker(placed.attacker, blueprint),
    to: apiserver.host,
    address: null,
    port: apiserver.configuration.securePort,
    service: null,
    protocol: 'h2',
    tls: {
      ...negotiatedTls(version, version),
      verify: 'none',
      ca: issuerOf(indexed(blueprint.identities), apiserver.servingCertificate),
      serverCertificate: apiserver.servingCertificate,
      clientCa: apiserver.configuration.clientCa,
      ...credentialOf(placed, blueprint),
    },
    tunnel: null,
  }
}

function askingPath(placed: PlacedStep, path: PathBlueprint, blueprint: Blueprint): PathBlueprint {
  const { attacker, step } = placed
  const from = hostOfAttacker(attacker, blueprint)
  const name = attackersPathName(placed, path)
  const { address, port } = placeFor(from, path, blueprint)
  const isBetween = step.technique === 'relay' && attacker.vantage === 'inline' && path.tunnel === null
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
    // Whoever sits in the middle can speak in the client's name, and gets the answers; those to whoever dialled where
    // a tunnel ends, or to the client that is behind it, take other ways.
    ...(isBetween ? { source: sourceOf(path, blueprint) } : {}),
  }
}

/** A server that is bound to its own loopback is asked at its main address, unless who asks is on the same host. */
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

function credentialOf(placed: PlacedStep, blueprint: Blueprint): Pick<TlsBlueprint, 'client'> {
  const shown = credentialShown(placed, blueprint)
  const credential = blueprint.identities.find(({ name }) => name === shown)
  if (credential?.kind === 'certificate') return { client: { kind: 'certificate', certificate: credential.name } }
  return { client: { kind: 'none' } }
}

/**
 * Says what the server's own certificate says. Who holds the key of the CA that the client trusts signs it with that;
 * anybody else with the certificate's own.
 */
function forgedCertificate(placed: PlacedStep, path: PathBlueprint, { identities }: Blueprint): IdentityBlueprint[] {
  const { tls } = path
  if (tls === null) return []
  const real = identities.find((each): each is CertificateBlueprint => {
    return each.kind === 'certificate' && each.name === tls.serverCertificate
  })
  if (real === undefined) return []
  const issuer = placed.attacker.holds.includes(tls.ca) ? tls.ca : null
  return [{ ...real, name: attackersCertificateName(placed, path), issuer }]
}
