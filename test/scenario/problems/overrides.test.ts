import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/scenario/load.ts'
import { readSweep } from '../../../src/study/sweep/read-sweep.ts'
import { problemsOf, SOUND, withChange, withSet } from './sound.ts'

const SHORT_FORMS = `version: 1
cluster: { preset: gke-ssh-tunnels, nodes: { workers: 3 }, links: { control-to-nodes: gce-private } }
paths: { logs: { tunnel: ssh } }
`

describe('loadScenario, --set and --seed,', () => {
  it('loadScenario refuses an override without a value', () => {
    expect(withSet('links.wan.loss')).toMatchInlineSnapshot(`
      "--set:1:1: error[bad-override]: expected PATH=VALUE
      1 | links.wan.loss
          ^^^^^^^^^^^^^^
      hint: write it like links.wan.loss=1%"
    `)
  })

  it('loadScenario refuses an override with a comment in place of a value', () => {
    expect(withSet('links.wan.loss=# 1%')).toContain('error[bad-override]: expected PATH=VALUE')
  })

  it('loadScenario refuses an override with an invalid value', () => {
    expect(withSet('links.wan.loss=1')).toMatchInlineSnapshot(`
      "--set:1:16: error[wrong-unit]: expected a ratio in percent, found "1"
      1 | links.wan.loss=1
                         ^
      hint: did you mean 1%?"
    `)
  })

  it('loadScenario refuses an override with a misspelt path', () => {
    expect(withSet('links.wan.los=1%')).toMatchInlineSnapshot(`
      "--set:1:11: error[unknown-key]: links.wan has no key "los"
      1 | links.wan.los=1%
                    ^^^
      hint: did you mean loss?"
    `)
  })

  it('loadScenario refuses an override below a value that is not a map', () => {
    expect(withSet('links.wan.delay.x=1ms')).toMatchInlineSnapshot(`
      "--set:1:17: error[bad-override]: there is no x in 10ms
      1 | links.wan.delay.x=1ms
                          ^
      hint: write the whole map, as in paths.logs.tunnel={kind: ssh, warm: false}"
    `)
  })

  it('loadScenario suggests the map with profile, kind or count for an override below a short form', () => {
    const cluster = { file: 'c.yaml', text: SHORT_FORMS }
    const hintOf = (set: string) => {
      const loaded = loadScenario(cluster, { set: [set] })
      return loaded.ok ? null : loaded.problems.map(({ hint }) => hint)
    }
    expect(hintOf('cluster.links.control-to-nodes.delay=40ms')).toEqual([
      "write 'cluster.links.control-to-nodes={ profile: gce-private, delay: 40ms }'",
    ])
    expect(hintOf('cluster.links.control-to-nodes.forward.delay=40ms')).toEqual([
      "write 'cluster.links.control-to-nodes={ profile: gce-private, forward: { delay: 40ms } }'",
    ])
    expect(hintOf('cluster.nodes.workers.zones=[a, b]')).toEqual([
      "write 'cluster.nodes.workers={ count: 3, zones: [a, b] }'",
    ])
    expect(hintOf('paths.logs.tunnel.warm=false')).toEqual(["write 'paths.logs.tunnel={ kind: ssh, warm: false }'"])
  })

  it('loadScenario suggests such a map as a value of a sweep', () => {
    const text = `${SHORT_FORMS}sweep: { cluster.links.control-to-nodes.delay: [1ms, 2ms] }\n`
    const loaded = readSweep({ file: 'c.yaml', text })
    expect(loaded.ok ? [] : loaded.problems.map(({ hint }) => hint)).toEqual([
      'give cluster.links.control-to-nodes the whole map: { profile: gce-private, delay: 1ms }',
    ])
  })

  it('loadScenario refuses an override after the end of a list', () => {
    expect(withSet('links.wan.between.2=node')).toMatchInlineSnapshot(`
      "--set:1:19: error[bad-override]: the list has no item 2; its items are 0 to 1
      1 | links.wan.between.2=node
                            ^"
    `)
  })

  it('loadScenario refuses an override with an empty part in its path', () => {
    expect(withSet('links..loss=1%')).toMatchInlineSnapshot(`
      "--set:1:7: error[bad-override]: a part of the path is empty or contains blanks
      1 | links..loss=1%
                ^
      hint: write it like links.wan.loss=1%"
    `)
  })

  it('loadScenario refuses an override with invalid YAML', () => {
    expect(withSet('links.wan={ delay: 10ms')).toMatchInlineSnapshot(`
      "--set:1:24: error[yaml-syntax]: flow map must end with a }
      1 | links.wan={ delay: 10ms
                                 ^"
    `)
  })

  it('loadScenario refuses an override with a reserved key of JavaScript', () => {
    expect(withSet('hosts.__proto__.cores=4')).toMatchInlineSnapshot(`
      "--set:1:7: error[bad-name]: __proto__ cannot be a key
      1 | hosts.__proto__.cores=4
                ^^^^^^^^^"
    `)
  })

  it('loadScenario refuses an override that creates an incomplete entry', () => {
    expect(withSet('links.lan.delay=1ms')).toMatchInlineSnapshot(`
      "--set:1:7: error[missing-key]: the key between is missing in links.lan
      1 | links.lan.delay=1ms
                ^^^
      hint: did you mean wan?"
    `)
  })

  it('loadScenario suggests the entry for a misspelt name, in an override and in an extending file', () => {
    expect(withSet('links.wam.loss=1%')).toContain('hint: did you mean wan?')
    const source = { text: 'extends: base\nlinks: { wam: { loss: 1% } }\n', file: 'own.yaml', read: () => SOUND }
    const loaded = loadScenario(source)
    expect(loaded.ok ? [] : loaded.problems.map(({ hint }) => hint)).toEqual(['did you mean wan?'])
  })

  it('loadScenario says that an incomplete entry of an override is new if no name is similar, and lists the others', () => {
    expect(withSet('links.internet.loss=1%')).toMatchInlineSnapshot(`
      "--set:1:7: error[missing-key]: the key between is missing in links.internet
      1 | links.internet.loss=1%
                ^^^^^^^^
      hint: links.internet is a new entry; declared: wan"
    `)
  })

  it('loadScenario warns of a host that only an override has, and that nothing uses', () => {
    const warningsWith = (...set: readonly string[]) => {
      const loaded = loadScenario({ text: SOUND, file: 'test.yaml' }, { set })
      return loaded.ok ? loaded.warnings.map(({ message, hint }) => [message, hint]) : loaded.problems
    }
    const isNew = (name: string) => `${name} is a new host, which no link, segment or path has`
    expect(warningsWith('hosts.nodd.cpu=instant')).toEqual([[isNew('nodd'), 'did you mean node?']])
    expect(warningsWith('hosts.third={}')).toEqual([[isNew('third'), 'declared: master, node']])
    expect(warningsWith('hosts.node.cpu=instant')).toEqual([])
    expect(warningsWith('hosts.third={}', 'links.more={ between: [master, third] }')).toEqual([])
    const cluster = { text: 'version: 1\ncluster: { preset: kubeadm-default }\n', file: 'cluster.yaml' }
    expect(loadScenario(cluster, { set: ['hosts.node-2.cpu=instant'] })).toMatchObject({ ok: true, warnings: [] })
  })

  it('loadScenario suggests no similar name for an incomplete entry of the same file', () => {
    expect(withChange('links:\n', 'links:\n  wam: { loss: 1% }\n')).not.toContain('hint')
  })

  it.each(['5', 'null', '- 1', '"text"', '~'])(
    'loadScenario reports a position for a document that is %s, whatever overrides it',
    (text) => {
      const attacks = [{ text: 'attackers: {}\n', file: 'attack.yaml' }]
      for (const options of [{ seed: 3 }, { set: ['seed=3'] }, { set: ['0=3'] }, { attacks }]) {
        const loaded = loadScenario({ text, file: 'test.yaml' }, options)
        expect(loaded.ok ? [] : loaded.problems.map(({ file, line, code }) => [file, line, code])).toEqual([
          ['test.yaml', 1, 'wrong-type'],
        ])
      }
    },
  )

  it('loadScenario refuses a seed above 2^53', () => {
    expect(problemsOf(SOUND, { seed: 2.5 })).toMatchInlineSnapshot(`
      "--seed:1:1: error[wrong-type]: expected a whole number
      1 | 2.5
          ^^^"
    `)
  })
})
