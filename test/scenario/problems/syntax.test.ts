import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/scenario/load.ts'
import { problemsOf, SOUND, withChange, withEnd } from './sound.ts'

/** A scenario with texts in quotes in blocks, in flow maps and lists, on one line and on several. */
const QUOTED = `version: 1
name: "quoted"
hosts: { "master": {}, 'node': {} }
links:
  wan: { between: [master, "node"], delay: "10ms", rate: '100Mbps' }
expect:
  - "latency(w) p50 < 1s"
  - 'failed(w) = 0'
identities:
  admin: { kind: certificate, cn: "kubernetes-admin", organizations: ["system:masters", 'dev'] }
accept: [
  { verdict: "read by passive eavesdrop on direct", reason: 'internal only', until: "2030-01-31" },
  { verdict: "read by side eavesdrop on direct", reason: 'internal only', until: "2030-01-31" },
]
paths:
  direct: { from: "master", to: node }
workloads:
  w: { path: "direct", requests: 3, response: '4KB' }`.split('\n')

it('loadScenario reports no problem of a valid scenario', () => {
  expect(problemsOf(SOUND)).toBe('sound')
})

describe('loadScenario, YAML,', () => {
  it('loadScenario refuses an empty file', () => {
    expect(problemsOf('')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[wrong-type]: the scenario is empty
      1 | 
          ^
      hint: a scenario begins with \`version: 1\`"
    `)
  })

  it('loadScenario refuses a file with only a comment', () => {
    expect(problemsOf('# nothing\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[wrong-type]: the scenario is empty
      1 | # nothing
          ^
      hint: a scenario begins with \`version: 1\`"
    `)
  })

  it('loadScenario refuses a list in place of a scenario', () => {
    expect(problemsOf('- a\n- b\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[wrong-type]: expected a map (version, name, extends …)
      1 | - a
          ^^^"
    `)
  })

  it('loadScenario refuses a tab as indentation', () => {
    expect(problemsOf('version: 1\nhosts:\n\ta: {}\n')).toMatchInlineSnapshot(`
      "test.yaml:3:1: error[yaml-syntax]: tabs are not allowed as indentation
      3 |  a: {}
          ^
      hint: indent with spaces"
    `)
  })

  it('loadScenario refuses an unclosed brace', () => {
    expect(problemsOf('version: 1\nhosts: { a: {}\n')).toMatchInlineSnapshot(`
      "test.yaml:3:1: error[yaml-syntax]: flow map in block collection must be sufficiently indented and end with a }
      3 | 
          ^"
    `)
  })

  it('loadScenario marks an unclosed quote where the text begins, not at the end of the file', () => {
    expect(problemsOf('version: "1\nname: a\n')).toMatchInlineSnapshot(`
      "test.yaml:1:10: error[yaml-syntax]: the text that begins here has no closing "
      1 | version: "1
                   ^^
      hint: write " where the text ends"
    `)
  })

  it('loadScenario marks a quote within a quoted text, and says how to escape it', () => {
    expect(problemsOf("version: 1\nname: 'it's'\n")).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[yaml-syntax]: the text that begins here has no closing '
      2 | name: 'it's'
                ^^^^
      hint: write ' where the text ends; a ' within it is written twice"
    `)
  })

  it.each(QUOTED.flatMap((line, nth) => [...line.matchAll(/(["'])[^"']*\1/g)].map((found) => [nth, found] as const)))(
    'loadScenario marks the line whose closing quote is missing: line %i, %s',
    (nth, found) => {
      const end = found.index + found[0].length - 1
      const line = QUOTED[nth].slice(0, end) + QUOTED[nth].slice(end + 1)
      const loaded = loadScenario({ text: QUOTED.with(nth, line).join('\n'), file: 'test.yaml' })
      const [problem] = loaded.ok ? [] : loaded.problems
      expect(problem).toMatchObject({ code: 'yaml-syntax', line: nth + 1, column: found.index + 1 })
      expect(problem.message).toBe(`the text that begins here has no closing ${found[1]}`)
    },
  )

  it('loadScenario keeps other YAML errors of texts whose quotes are closed', () => {
    expect(problemsOf('version: 1\nexpect: ["a" "b"]\nname: "1" y\n')).not.toContain('closing')
    expect(problemsOf('version: 1\nname: |\n  "a text\nseed: x: y\n')).not.toContain('closing')
  })

  it('loadScenario refuses a NUL byte', () => {
    expect(problemsOf('version: 1\nname: a\0b\n')).toMatchInlineSnapshot(`
      "test.yaml:2:8: error[yaml-syntax]: the character U+0000 is not allowed in YAML
      2 | name: a␀b
                 ^"
    `)
  })

  it('loadScenario refuses half of a surrogate pair', () => {
    expect(problemsOf('name: a\ud800b\n')).toMatchInlineSnapshot(`
      "test.yaml:1:8: error[yaml-syntax]: the character U+D800 is not allowed in YAML
      1 | name: a�b
                 ^"
    `)
  })

  it('loadScenario refuses a custom tag', () => {
    expect(withChange('name: sound', 'name: !!js/regexp sound')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[yaml-feature]: unresolved tag: tag:yaml.org,2002:js/regexp
      2 | name: !!js/regexp sound
                ^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses two YAML documents', () => {
    expect(withEnd('---\nversion: 1\n')).toMatchInlineSnapshot(`
      "test.yaml:15:1: error[yaml-feature]: a second document begins here, and a scenario is one document
      15 | ---
           ^"
    `)
  })

  it('loadScenario refuses another version of YAML', () => {
    expect(problemsOf(`%YAML 1.1\n---\n${SOUND}`)).toMatchInlineSnapshot(`
      "test.yaml:1:1: error[yaml-feature]: scenarios are YAML 1.2; leave the %YAML directive out
      1 | %YAML 1.1
          ^"
    `)
  })

  it('loadScenario refuses a duplicate key', () => {
    expect(withChange('name: sound', 'name: sound\nname: again')).toMatchInlineSnapshot(`
      "test.yaml:3:1: error[duplicate-key]: the key name occurs twice in this map
      3 | name: again
          ^^^^
      hint: keep one of the two"
    `)
  })

  it('loadScenario refuses a YAML key that is a list', () => {
    expect(withChange('  master: {}', '  master: {}\n  ? [a]\n  : {}')).toMatchInlineSnapshot(`
      "test.yaml:6:5: error[yaml-feature]: a key must be a text
      6 |   ? [a]
              ^^^"
    `)
  })

  it('loadScenario refuses an alias without an anchor', () => {
    expect(withChange('name: sound', 'name: *nobody')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[yaml-syntax]: the alias *nobody has no anchor before it
      2 | name: *nobody
                ^^^^^^^"
    `)
  })

  it('loadScenario refuses reserved keys of JavaScript', () => {
    expect(withChange('  master: {}', '  master: {}\n  __proto__: {}\n  constructor: {}')).toMatchInlineSnapshot(`
      "test.yaml:6:3: error[bad-name]: __proto__ cannot be a key
      6 |   __proto__: {}
            ^^^^^^^^^
      test.yaml:7:3: error[bad-name]: constructor cannot be a key
      7 |   constructor: {}
            ^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses YAML that is nested too deeply', () => {
    expect(problemsOf(`version: 1\nhosts: ${'['.repeat(1000)}`)).toMatchInlineSnapshot(`
      "test.yaml:2:71: error[too-large]: nested more than 64 levels deep
      2 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
                                                                    ^"
    `)
  })

  it('loadScenario refuses aliases that expand to too many values', () => {
    expect(
      problemsOf(`a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]\n`),
    ).toMatchInlineSnapshot(`
      "test.yaml:1:156: error[too-large]: more than 250000 values, aliases expanded
      1 | ,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,]
                                                                           ^"
    `)
  })
})
