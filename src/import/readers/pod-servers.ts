import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { ImportDocument } from '../documents.ts'
import type { Evidence } from '../evidence.ts'
import { itemsAt, placeAt, textAt, textMapAt, textsAt } from '../tree-values.ts'

/** Proxies that ask for a credential before they pass a request on, by a part of their image. */
const ASKING = /kube-rbac-proxy|oauth2?-proxy/

/** Servers that verify their clients' certificates and have no other flags that are read, by a part of their image. */
const MUTUAL = /\betcd\b/

/** Ports whose protocol is not HTTP, by the usual number. */
const NOT_HTTP = new Set([22, 25, 53, 123, 179, 389, 636, 2379, 2380, 3306, 5432, 5672, 6379, 9042, 9092, 11211, 27017])

/** Names of ports with another protocol than plain HTTP, and of ports with TLS. */
const NOT_PLAIN = /dns|grpc|amqp|bgp|gossip|peer|raft|redis|sql|tcp|https|tls|ssl|secure|webhook/

const TLS_PORTS = new Set([443, 6443, 8443, 9443, 10250, 10257, 10259])

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']

/**
 * Reads the ports at which the pods of an object serve plain HTTP to everybody who reaches them. Ports that the pod declares
 * count, except those of the loopback interface, of TLS, and of protocols other than HTTP.
 */
export function readServers({ tree, kind }: ImportDocument, spec: Tree, evidence: Evidence): void {
  const containers = itemsAt(spec, ['containers'])
  const usesHost = textAt(spec, ['hostNetwork']) === 'true'
  const template = treeAt(tree, ['spec', 'template', 'metadata']) ?? treeAt(tree, ['metadata'])
  const labels = template === undefined ? new Map<string, string>() : textMapAt(template, ['labels'])
  const namespace = textAt(tree, ['metadata', 'namespace']) ?? 'default'
  const name = `${kind} ${namespace}/${textAt(tree, ['metadata', 'name']) ?? ''}`
  const words = containers.flatMap(wordsOf).join(' ')
  for (const container of containers) {
    const image = `${textAt(container, ['image']) ?? ''} ${textAt(container, ['name']) ?? ''}`
    if (ASKING.test(image) || MUTUAL.test(image)) continue
    for (const entry of itemsAt(container, ['ports'])) {
      const own = Number(textAt(entry, ['containerPort']))
      if (!Number.isInteger(own) || own < 1 || own > 65_535 || !isPlainHttp(entry, own, container, words)) continue
      const hostPort = Number(textAt(entry, ['hostPort']) ?? 0)
      const isOnNode = usesHost || hostPort > 0
      evidence.servers.push({
        name,
        namespace,
        labels,
        port: usesHost || hostPort === 0 ? own : hostPort,
        portName: textAt(entry, ['name']),
        isOnNode,
        usesHost,
        at: placeAt(entry, ['containerPort']),
      })
    }
  }
}

function wordsOf(container: Tree): readonly string[] {
  return [...textsAt(container, ['command']), ...textsAt(container, ['args'])]
}

function isPlainHttp(entry: Tree, port: number, container: Tree, words: string): boolean {
  const name = textAt(entry, ['name'])
  if ((textAt(entry, ['protocol']) ?? 'TCP') !== 'TCP' || NOT_HTTP.has(port) || TLS_PORTS.has(port)) return false
  if (name !== null && NOT_PLAIN.test(name)) return false
  if (new RegExp(`(?:127\\.0\\.0\\.1|localhost|\\[::1\\]):${port}\\b`).test(words)) return false
  return PROBES.every((probe) => {
    const check = treeAt(container, [probe, 'httpGet'])
    const asked = check === undefined ? null : textAt(check, ['port'])
    if (check === undefined || (asked !== String(port) && asked !== name)) return true
    const host = textAt(check, ['host'])
    return textAt(check, ['scheme']) !== 'HTTPS' && host !== '127.0.0.1' && host !== 'localhost'
  })
}
