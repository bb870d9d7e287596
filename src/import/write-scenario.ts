import { Document, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { SourcedList, Stanza } from './build/stanza.ts'
import { type Origin, originText } from './origin.ts'

/** The order of sections in the scenario. */
const ORDER = ['version', 'kubernetes', 'cluster', 'hosts', 'identities', 'middleboxes', 'paths', 'workloads', 'policy']

/** Writes a scenario as YAML. A comment on each value says where it comes from. */
export function writeScenario(stanza: Stanza, head: readonly string[]): string {
  const document = new Document()
  const map = new YAMLMap<Node, Node>()
  const sections = [...stanza.entries].toSorted(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
  for (const [key, value] of sections) map.items.push(sectionOf(key, value, document))
  document.contents = map
  document.commentBefore = head.map((line) => ` ${line}`).join('\n')
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function rankOf(key: string): number {
  const rank = ORDER.indexOf(key)
  return rank < 0 ? ORDER.length : rank
}

type Value = Stanza | SourcedList | { readonly value: unknown; readonly origin: Origin }

/** Returns the pair for a section, with a blank line before it. */
function sectionOf(key: string, value: Value, document: Document): Pair<Node, Node> {
  const name = document.createNode(key)
  name.spaceBefore = !(value instanceof Stanza) ? key !== 'kubernetes' : true
  if (value instanceof Stanza && value.heading !== null) name.commentBefore = ` ${value.heading}`
  return new Pair<Node, Node>(name, nodeOf(value, document))
}

function nodeOf(value: Value, document: Document): Node {
  if (value instanceof SourcedList) {
    const list = new YAMLSeq<Node>()
    for (const item of value.items) list.items.push(leafOf(item, document))
    return list
  }
  if (!(value instanceof Stanza)) return leafOf(value, document)
  const map = new YAMLMap<Node, Node>()
  for (const [key, inner] of value.entries)
    map.items.push(new Pair<Node, Node>(document.createNode(key), nodeOf(inner, document)))
  return map
}

/** Returns the node for a value on one line, with its comment behind it. */
function leafOf({ value, origin }: Exclude<Value, Stanza | SourcedList>, document: Document): Node {
  const node = document.createNode(value)
  if (node instanceof YAMLMap || node instanceof YAMLSeq) node.flow = true
  // A version is a text. Without quotes it would be a number.
  if (isScalar(node) && typeof value === 'string' && /^[\d.]+$/.test(value)) node.type = Scalar.QUOTE_DOUBLE
  if (origin.kind !== 'assumed' || origin.why !== '') node.comment = ` ${originText(origin)}`
  return node
}
