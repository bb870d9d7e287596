import { describe, expect, it } from 'vitest'
import { problemsOf, SOUND } from './sound.ts'

const ATTACK = 'attackers:\n  mallory: { on: wan, vantage: inline, plan: [{ technique: drop }] }\n'
const laid = (...texts: string[]) =>
  problemsOf(SOUND, { attacks: texts.map((text, i) => ({ text, file: `attack-${i + 1}.yaml` })) })

describe('an attack file', () => {
  it('an attack file accepts attackers and the sections that they need', () => {
    expect(laid(`version: 1\nname: drop\n${ATTACK}expect: [never read by mallory]\nevents: []\n`)).toBe('sound')
  })

  it('an attack file refuses sections that belong in the scenario', () => {
    expect(laid(`${ATTACK}seed: 3\nhosts: { more: {} }\nexpects: []\n`)).toMatchInlineSnapshot(`
      "attack-1.yaml:3:1: error[unknown-key]: an attack has no key seed
      3 | seed: 3
          ^^^^
      hint: the keys of an attack are identities, paths, workloads, attackers, events, expect; other keys belong in the scenario
      attack-1.yaml:4:1: error[unknown-key]: an attack has no key hosts
      4 | hosts: { more: {} }
          ^^^^^
      hint: the keys of an attack are identities, paths, workloads, attackers, events, expect; other keys belong in the scenario
      attack-1.yaml:5:1: error[unknown-key]: an attack has no key expects
      5 | expects: []
          ^^^^^^^
      hint: did you mean expect?"
    `)
  })

  it('an attack file refuses an attack without attackers', () => {
    expect(laid('version: 1\nexpect: []\n')).toMatchInlineSnapshot(`
      "attack-1.yaml:1:1: error[missing-key]: the key attackers is missing in the attack
      1 | version: 1
          ^
      hint: write it like attackers: { mallory: { … } }"
    `)
    expect(laid(`version: 2\n${ATTACK}`)).toMatchInlineSnapshot(`
      "attack-1.yaml:1:10: error[wrong-type]: the only version of the format is 1
      1 | version: 2
                   ^"
    `)
    expect(laid('["attackers:"]\n')).toMatchInlineSnapshot(`
      "--attack:1:1: error[bad-base]: attack-1.yaml is no attack: it has no key \`attackers\`
      1 | attack-1.yaml
          ^^^^^^^^^^^^^
      hint: write it like attackers: { mallory: { … } }"
    `)
  })

  it('an attack file with neither a version nor attackers is refused by name, without showing its content', () => {
    const said = laid('root:x:0:0:root:/root:/bin/sh\n')
    expect(said).toMatchInlineSnapshot(`
      "--attack:1:1: error[bad-base]: attack-1.yaml is no attack: it has no key \`attackers\`
      1 | attack-1.yaml
          ^^^^^^^^^^^^^
      hint: write it like attackers: { mallory: { … } }"
    `)
    expect(said).not.toContain('/bin/sh')
    expect(laid('{ "version": "1.0.0", "token": "hunter2" }')).not.toContain('hunter2')
  })

  it('an attack file refuses two attackers with one name', () => {
    expect(laid(ATTACK, ATTACK)).toMatchInlineSnapshot(`
      "attack-2.yaml:2:3: error[contradiction]: the scenario or another attack already has attackers.mallory
      2 |   mallory: { on: wan, vantage: inline, plan: [{ technique: drop }] }
            ^^^^^^^
      hint: rename one of them"
    `)
  })

  it('an attack file refuses a name that the scenario already has', () => {
    expect(laid(`${ATTACK}paths: { logs: { from: node, to: master } }\n`)).toMatchInlineSnapshot(`
      "attack-1.yaml:3:10: error[contradiction]: the scenario or another attack already has paths.logs
      3 | paths: { logs: { from: node, to: master } }
                   ^^^^
      hint: rename one of them"
    `)
  })

  it('an attack file reports a problem at its position in the attack file', () => {
    expect(laid(ATTACK.replace('wan', 'wam'))).toMatchInlineSnapshot(`
      "attack-1.yaml:2:18: error[unknown-name]: no link, segment, host or pod is named wam
      2 |   mallory: { on: wam, vantage: inline, plan: [{ technique: drop }] }
                           ^^^
      hint: did you mean wan?"
    `)
    expect(laid(`${ATTACK}expect: [never read by malory]\n`)).toMatchInlineSnapshot(`
      "attack-1.yaml:3:24: error[unknown-name]: no attacker is named malory
      3 | expect: [never read by malory]
                                 ^^^^^^
      hint: did you mean mallory?"
    `)
  })
})
