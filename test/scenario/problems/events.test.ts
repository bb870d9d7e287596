import { describe, expect, it } from 'vitest'
import { withEnd } from './sound.ts'

describe('loadScenario, events,', () => {
  it('loadScenario refuses an event without a subject', () => {
    expect(withEnd('events:\n  - { at: 1s }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[missing-key]: the event has none of the keys set, link, restart and delete
      16 |   - { at: 1s }
               ^^^^^^^^^^
      hint: write it like { at: 30s, link: wan, state: down, for: 5s }"
    `)
  })

  it('loadScenario refuses an event with two subjects', () => {
    expect(withEnd('events:\n  - { at: 1s, link: wan, state: down, restart: node }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:39: error[contradiction]: the event has link and restart, and only one of them is allowed
      16 |   - { at: 1s, link: wan, state: down, restart: node }
                                                 ^^^^^^^
      hint: write two events with the same \`at\`"
    `)
  })

  it('loadScenario refuses an event with a link and no state', () => {
    expect(withEnd('events:\n  - { at: 1s, link: wan }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[missing-key]: the key state is missing in events.0
      16 |   - { at: 1s, link: wan }
               ^^^^^^^^^^^^^^^^^^^^^
      hint: write state: down"
    `)
  })

  it('loadScenario refuses a restart with a duration', () => {
    expect(withEnd('events:\n  - { at: 1s, restart: node, for: 5s }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:30: error[contradiction]: a restart has no duration
      16 |   - { at: 1s, restart: node, for: 5s }
                                        ^^^"
    `)
  })

  it('loadScenario refuses an event that changes a value which cannot change', () => {
    expect(
      withEnd(
        'events:\n  - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:22: error[not-modelled-yet]: links.wan.mtu cannot change during a run
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                ^^^^^^^^^^^^^
      test.yaml:16:43: error[not-modelled-yet]: hosts.node.cores cannot change during a run
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                                     ^^^^^^^^^^^^^^^^
      hint: only values of links can change during a run, as in links.NAME.loss
      test.yaml:16:64: error[unknown-key]: links.wan.los cannot change during a run
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                                                          ^^^^^^^^^^^^^
      hint: did you mean loss?
      test.yaml:16:99: error[unknown-name]: no link is named lan
      16 |   - { at: 1s, set: { links.wan.mtu: 1400, hosts.node.cores: 4, links.wan.los: 1%, links.lan.loss: 1% } }
                                                                                                             ^^
      hint: did you mean wan?"
    `)
  })

  it('loadScenario refuses an event with a value in a wrong unit', () => {
    expect(withEnd('events:\n  - { at: 1s, set: { links.wan.loss: 1 } }\n')).toMatchInlineSnapshot(`
      "test.yaml:16:38: error[wrong-unit]: expected a ratio in percent, found "1"
      16 |   - { at: 1s, set: { links.wan.loss: 1 } }
                                                ^
      hint: did you mean 1%?"
    `)
  })

  it('loadScenario refuses two changes of one value at one time', () => {
    expect(
      withEnd(
        'events:\n  - { at: 1s, for: 5s, set: { links.wan.loss: 1% } }\n  - { at: 3s, set: { links.wan.loss: 2% } }\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:17:22: error[contradiction]: event 0 changes wan.loss at the same time
      17 |   - { at: 3s, set: { links.wan.loss: 2% } }
                                ^^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses a link that is up and down at one time', () => {
    expect(
      withEnd('events:\n  - { at: 1s, for: 5s, link: wan, state: down }\n  - { at: 3s, link: wan, state: up }\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:17:11: error[contradiction]: event 0 sets the state of wan at the same time
      17 |   - { at: 3s, link: wan, state: up }
                     ^^"
    `)
  })
})
