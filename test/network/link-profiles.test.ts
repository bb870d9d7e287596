import { expect, test } from 'vitest'
import type { LinkOptions } from '../../src/network/link-options.ts'
import { LINK_PROFILES, type LinkProfileName } from '../../src/network/link-profiles.ts'

/** The figures of docs/facts/links.md, as options of a link. */
const FIGURES: Readonly<Partial<Record<LinkProfileName, LinkOptions>>> = {
  localhost: {
    delayNs: 2_500,
    rateBps: 21.8e9,
    jitter: { kind: 'none' },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: null,
    mtuBytes: 65_535,
  },
  'pod-network': {
    delayNs: 10_000,
    rateBps: 10e9,
    jitter: { kind: 'none' },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: 1_000 * 1_460,
    mtuBytes: 1_460,
  },
  'gce-private': {
    delayNs: 36_000,
    rateBps: 4e9,
    jitter: { kind: 'normal', deviationNs: 10_000, canReorder: false },
    lossRatio: 0,
    lossBursts: null,
    queueBytes: 1_000 * 1_460,
    mtuBytes: 1_460,
  },
  'public-network': {
    delayNs: 20e6,
    rateBps: 1e9,
    jitter: { kind: 'normal', deviationNs: 0.5e6, canReorder: false },
    lossRatio: 0.0005,
    lossBursts: null,
    queueBytes: 1_000 * 1_500,
    mtuBytes: 1_500,
  },
}

test.each(Object.entries(FIGURES))('link profile %s has the documented figures', (name, figures) => {
  expect(LINK_PROFILES).toHaveProperty([name, 'options'], figures)
})

test.each(Object.entries(LINK_PROFILES))('link profile %s has a source for each figure', (_, profile) => {
  expect(Object.keys(profile.sources).sort()).toEqual(Object.keys(profile.options).sort())
  for (const text of [profile.description, ...Object.values(profile.sources)]) expect(text).not.toBe('')
})
