import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePlainYaml } from '../../src/import/plain-yaml.ts'
import { SourceText } from '../../src/scenario/problems/source-text.ts'
import type { Tree } from '../../src/scenario/tree/tree.ts'
import { parseYamlTree } from '../../src/scenario/tree/yaml-tree.ts'

/** A tree as values with the lines where they begin. */
function shape(tree: Tree): unknown {
  const { line } = tree.position.source.positionOf(tree.position.start)
  if (tree.kind === 'scalar') return [line, tree.value]
  if (tree.kind === 'list') return [line, tree.items.map(shape)]
  return [line, [...tree.entries].map(([key, entry]) => [key, shape(entry.tree)])]
}

/** Returns whether the text is plain; if so, both readers must agree on it. */
function agrees(text: string): boolean {
  const source = new SourceText('f.yaml', text)
  const plain = parsePlainYaml(source)
  if (plain === null) return false
  const { tree, problems } = parseYamlTree(source)
  expect([problems.map(({ message }) => message), tree === null ? null : shape(tree)]).toEqual([[], shape(plain)])
  return true
}

const NODE = `apiVersion: v1
kind: Node
metadata:
  labels:
    a/b: ""
    "c.d/e": 'x'
  name: node-1
spec: {}
status:
  addresses:
  - address: 10.0.0.1
    type: InternalIP
  -   address: node-1

      type: Hostname
  args:
  - --port=8080
  - - a
    - b
  capacity:
    cpu: 500m
    memory: 128Mi
  count: 12
  empty:
  # a comment
  hash: 5d59d67564
  ready: true
`

test('a Node as kubectl prints it is read like by the full YAML parser, with the same lines', () => {
  expect(agrees(NODE)).toBe(true)
})

test.each([
  'a: |\n  b\n',
  'a: b\n  c\n',
  'a: {b: c}\n',
  'a: &x b\n',
  'a: !t b\n',
  'a: b # c\n',
  'a: b: c\n',
  'a: 1.5\n',
  'a: 0x10\n',
  'a: 1e3\n',
  'a: True\n',
  'a: "b\\n"\n',
  "a: 'b''c'\n",
  'a: 1\na: 2\n',
  '__proto__: 1\n',
  'a:\n    b: 1\n  c: 2\n',
  '- a\nb: 1\n',
  'a\n',
  '---\na: 1\n',
  'a:\tb\n',
  'a: b\r\n',
  `${'- '.repeat(200)}a\n`,
])('the fast reader leaves other YAML to the full parser: %j', (text) => {
  expect(parsePlainYaml(new SourceText('f.yaml', text))).toBeNull()
})

test('the fast reader reads the files of the examples like the full YAML parser', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? files(path) : /\.ya?ml$|manifest$/.test(name) ? [path] : []
    })
  const parts = files('examples/import').flatMap((path) => readFileSync(path, 'utf8').split(/^---$/m))
  expect(parts.filter(agrees).length).toBeGreaterThan(15)
})

test('the fast reader reads texts that resemble YAML like the full parser, or leaves them to it', () => {
  const line = fc
    .tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom('', '- ', '-', '- - '),
      fc.constantFrom(
        '',
        'a:',
        'b: ',
        'c: x',
        'd: -1',
        'e: {}',
        'f: "x y"',
        'g: x:y',
        'h: ~',
        'x',
        '12',
        '#',
        ': ',
        '?',
      ),
    )
    .map(([indent, dash, rest]) => ' '.repeat(indent) + dash + rest)
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      agrees(`${lines.join('\n')}\n`)
    }),
    { numRuns: 1000 },
  )
})
