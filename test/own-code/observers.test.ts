import { describe, expect, test } from 'vitest'
import { InvalidOwnCode, type Observer, OwnCodeFailed, type PacketView, simulateWithSamples } from '../../src/index.ts'
import { downloads, load, runWith } from './lab.ts'

const ATTACKED = downloads(
  'cubic',
  'attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: tamper, at: 100ms, path: web }] } }',
)

describe('an observer', () => {
  test('a user’s observer sees every packet that is delivered, with the link, its ends, addresses, ports and sizes', () => {
    const seen: string[] = []
    let delivered = 0
    const result = runWith({
      observers: [
        {
          name: 'all',
          observe(stage, packet) {
            if (stage === 'delivered') delivered++
            if (seen.length < 2) {
              const { link, from, to, serial, sourceAddress, destinationAddress, destinationPort, isSyn, isAck } =
                packet
              const { wireBytes, payloadBytes, headerBytes } = packet
              seen.push(
                `${stage} ${link} ${from}>${to} #${serial} ${sourceAddress}>${destinationAddress}:${destinationPort}`,
              )
              seen.push(`${isSyn} ${isAck} ${wireBytes} = ${headerBytes} + ${payloadBytes}`)
            }
          },
        },
      ],
    })
    expect(seen).toEqual([
      'sent link/wan/forward client>server #0 10.6.58.33>10.241.202.53:80',
      'true false 60 = 60 + 0',
    ])
    expect(delivered).toBe(result.packets)
  })

  test.each([
    ['downloads', downloads()],
    ['an attack, which needs runs without the attacker', ATTACKED],
  ])('a user’s observer does not change the result of %s', (_, text) => {
    const stages = new Set<string>()
    const observers: Observer[] = [{ name: 'stages', observe: (stage) => void stages.add(stage) }]
    expect(runWith({ observers }, text)).toEqual(runWith({}, text))
    expect([...stages].sort()).toEqual(expect.arrayContaining(['delivered', 'lost', 'sent']))
  })

  test('a user’s observer sees the packets of the run and not those of the runs that it is compared with', () => {
    let delivered = 0
    const { packets } = runWith(
      { observers: [{ name: 'count', observe: (stage) => void (stage === 'delivered' && delivered++) }] },
      ATTACKED,
    )
    expect(delivered).toBe(packets)
  })

  test('a user’s observer cannot write: each field of a packet throws, none is added, also by the prototype', () => {
    const fields = new Set<string>()
    const attempts: string[] = []
    const writes = (packet: PacketView) => {
      const names = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(packet)))
      for (const [name, { get }] of names) if (get !== undefined) fields.add(name)
      for (const name of [...fields, 'added']) {
        try {
          Reflect.set(packet, name, 7) || attempts.push(`${name} refused`)
        } catch {
          attempts.push(`${name} threw`)
        }
      }
      expect(Object.isFrozen(packet)).toBe(true)
      expect(Object.keys(packet)).toEqual([])
    }
    const observers: Observer[] = [{ name: 'writer', observe: (_, packet) => writes(packet) }]
    expect(runWith({ observers })).toEqual(runWith({}))
    expect(fields.size).toBeGreaterThan(20)
    expect(new Set(attempts)).toEqual(new Set([...fields, 'added'].map((name) => `${name} refused`)))
  })

  test('a user’s observer that assigns to a field is named, with the time and what went wrong', () => {
    const observers: Observer[] = [
      { name: 'writer', observe: (_, packet) => void Object.assign(packet, { sequenceNumber: 7 }) },
    ]
    expect(() => runWith({ observers })).toThrow(OwnCodeFailed)
    expect(() => runWith({ observers })).toThrow(
      /^observer writer: observe\(\) threw TypeError: Cannot set property sequenceNumber .*, at \d+ ns$/,
    )
  })

  test('a user’s observer that throws ends the run, with its error as the cause', () => {
    const cause = new Error('enough')
    const observers: Observer[] = [
      {
        name: 'tired',
        observe: () => {
          throw cause
        },
      },
    ]
    expect(() => runWith({ observers })).toThrow(expect.objectContaining({ object: 'observer tired', cause }))
  })

  test('a user’s observer works beside samples', () => {
    let count = 0
    const scenario = load(downloads())
    const observers: Observer[] = [{ name: 'count', observe: () => void count++ }]
    const { result, samples } = simulateWithSamples(scenario, [{ path: 'web', everyNs: 1_000_000 }], { observers })
    expect(result).toEqual(runWith({}))
    expect([samples.length > 0, count > result.packets]).toEqual([true, true])
  })
})

test('user’s observers without a function or a name, or with another’s name, are refused together', () => {
  const observe = () => {}
  const observers = [
    { name: 'a', observe },
    { name: '', observe },
    { name: 'a', observe },
    JSON.parse('{ "name": "b" }'),
  ]
  const refused = () => runWith({ observers })
  expect(refused).toThrow(InvalidOwnCode)
  expect(refused).toThrow(
    expect.objectContaining({
      problems: [
        'observers[1]: name must be a text that is not empty',
        'observers[2]: there are two of the name a',
        'observer b: observe must be a function, and is missing',
      ],
    }),
  )
})
