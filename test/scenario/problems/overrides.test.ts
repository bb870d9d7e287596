import { describe, expect, it } from 'vitest'
import { problemsOf, SOUND, withSet } from './sound.ts'

describe('--set and --seed', () => {
  it('without a value', () => {
    expect(withSet('links.wan.loss')).toMatchInlineSnapshot(`
      "--set:1:1: error[bad-override]: expected PATH=VALUE
      1 | links.wan.loss
          ^^^^^^^^^^^^^^
      hint: write it like links.wan.loss=1%"
    `)
  })

  it('with a comment for a value', () => {
    expect(withSet('links.wan.loss=# 1%')).toContain('error[bad-override]: expected PATH=VALUE')
  })

  it('with a wrong value', () => {
    expect(withSet('links.wan.loss=1')).toMatchInlineSnapshot(`
      "--set:1:16: error[wrong-unit]: expected a ratio in percent, found "1"
      1 | links.wan.loss=1
                         ^
      hint: did you mean 1%?"
    `)
  })

  it('with a misspelt step', () => {
    expect(withSet('links.wan.los=1%')).toMatchInlineSnapshot(`
      "--set:1:11: error[unknown-key]: links.wan has no key "los"
      1 | links.wan.los=1%
                    ^^^
      hint: did you mean loss?"
    `)
  })

  it('through a value that is no map', () => {
    expect(withSet('links.wan.delay.x=1ms')).toMatchInlineSnapshot(`
      "--set:1:17: error[bad-override]: there is no x in 10ms
      1 | links.wan.delay.x=1ms
                          ^
      hint: write the whole map, as in paths.logs.tunnel={kind: ssh, warm: false}"
    `)
  })

  it('beyond the end of a list', () => {
    expect(withSet('links.wan.between.2=node')).toMatchInlineSnapshot(`
      "--set:1:19: error[bad-override]: the list has no item 2; its items are 0 to 1
      1 | links.wan.between.2=node
                            ^"
    `)
  })

  it('with an empty step', () => {
    expect(withSet('links..loss=1%')).toMatchInlineSnapshot(`
      "--set:1:7: error[bad-override]: a part of the path is empty or contains blanks
      1 | links..loss=1%
                ^
      hint: write it like links.wan.loss=1%"
    `)
  })

  it('with broken YAML', () => {
    expect(withSet('links.wan={ delay: 10ms')).toMatchInlineSnapshot(`
      "--set:1:24: error[yaml-syntax]: flow map must end with a }
      1 | links.wan={ delay: 10ms
                                 ^"
    `)
  })

  it('with a step that JavaScript objects would take to heart', () => {
    expect(withSet('hosts.__proto__.cores=4')).toMatchInlineSnapshot(`
      "--set:1:7: error[bad-name]: __proto__ cannot be a key
      1 | hosts.__proto__.cores=4
                ^^^^^^^^^"
    `)
  })

  it('that makes a new thing, incompletely', () => {
    expect(withSet('links.lan.delay=1ms')).toMatchInlineSnapshot(`
      "--set:1:7: error[missing-key]: the key between is missing in links.lan
      1 | links.lan.delay=1ms
                ^^^"
    `)
  })

  it('refuses a seed from outside that is not exact', () => {
    expect(problemsOf(SOUND, { seed: 2.5 })).toMatchInlineSnapshot(`
      "--seed:1:1: error[wrong-type]: expected a whole number
      1 | 2.5
          ^^^"
    `)
  })
})
