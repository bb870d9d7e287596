import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixableOnDisk, writeAndRead } from '../../src/cli/fix/fix-subject.ts'
import type { NamedSubject } from '../../src/cli/input/read-subjects.ts'
import type { ImportOptions } from '../../src/import/build/context.ts'
import { importCluster } from '../../src/import/import-cluster.ts'
import { IMPORT_MARK } from '../../src/import/imported-from.ts'
import { checkTree, readTree } from '../../src/scenario/load.ts'
import { readCheck } from '../../src/study/check/read-check.ts'
import { candidatesFor } from '../../src/study/fix/candidates.ts'
import { APPROVER, type Change, changeKey } from '../../src/study/fix/change.ts'
import { setUpOf } from '../../src/study/fix/cluster-set-up.ts'
import { findFix } from '../../src/study/fix/find-fix.ts'
import { type Fixable, importFixable, scenarioFixable } from '../../src/study/fix/fixable.ts'
import { inOrderOfWriting } from '../../src/study/fix/verify-fix.ts'
import { simulateAll } from '../../src/study/simulator/simulate-all.ts'
import { Interrupted, type Simulator } from '../../src/study/simulator/simulator.ts'
import { aFolder } from '../fixtures/folder.ts'
import { ON_THE_LINK, type RuledCluster, simulatorBy, UNVERIFIED } from '../fixtures/ruled-cluster.ts'
import { manifest } from '../import/lab.ts'

const APISERVER = {
  path: 'cp/kube-apiserver.yaml',
  text: manifest('--client-ca-file=/ca.crt', '--authorization-mode=Node,RBAC'),
}
/** Kubelets that accept anonymous requests, and one of them rotates its certificate: two sections of a scenario. */
const KUBELETS = ['', 'rotateCertificates: true\n'].map((more, i) => ({
  path: `n${i}/kubelet.yaml`,
  text: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: { anonymous: { enabled: true } }
${more}`,
}))

/** Imports files as a subject of a check. */
function subjectOf(files: Fixable['files']): NamedSubject {
  const imported = { ...importCluster(files), files, options: {} }
  return { source: { file: 'etc', text: imported.text }, arguments: ['.'], imported }
}

/** Returns the set-up of a cluster, and its changes by parts of their keys. */
function changesIn({ source }: Pick<Fixable, 'source'>) {
  const { tree } = readTree(source, {})
  const loaded = tree === null ? null : checkTree(tree, source.file)
  const setUp = loaded?.ok ? setUpOf(loaded) : null
  if (setUp === null) throw new Error('the scenario has no cluster')
  const candidates = candidatesFor(setUp)
  const change = (part: string): Change => candidates.find((one) => changeKey(one).includes(part))!
  return { setUp, change }
}

describe('the files of a real cluster', () => {
  const fixable = (files: Fixable['files'], options: ImportOptions = {}) =>
    importFixable('etc', { ...importCluster(files, options), files, options }, (name) => `new/${name}`)

  const cluster = fixable([APISERVER, ...KUBELETS])
  const { setUp, change } = changesIn(cluster)

  test('a fix changes the files of a real cluster in place, and the scenario is imported again', () => {
    const patched = cluster.patch([change('approver'), change('anonymous-auth'), change('anonymous.enabled')], setUp)
    expect(patched.places).toEqual([
      [{ file: 'new/kubelet-csr-approver.yaml', what: 'a new file' }],
      [{ file: 'cp/kube-apiserver.yaml', what: '--anonymous-auth=false' }],
      KUBELETS.map(({ path }) => ({ file: path, what: 'line 3: authentication.anonymous.enabled: false' })),
    ])
    expect(patched.files.map(({ path }) => path)).toEqual([
      APISERVER.path,
      ...KUBELETS.map(({ path }) => path),
      'new/kubelet-csr-approver.yaml',
    ])
    expect([patched.byHand, patched.unmade]).toEqual([[], []])
    expect(patched.source.file).toBe('etc')
    const after = changesIn(patched).setUp
    expect([
      after.apiserver.configuration.anonymousAuth,
      after.kubelets.map((one) => one.configuration.anonymousEnabled),
    ]).toEqual([false, [false, false]])
  })

  test('a fix changes only the files of the kubelets that it concerns', () => {
    const all = change('anonymous.enabled')
    if (all.kind !== 'flag') throw new Error('a flag changes')
    expect(all.places).toHaveLength(2)
    const { places, files } = cluster.patch([{ ...all, places: all.places.slice(1) }], setUp)
    expect(places.map((own) => own.map(({ file }) => file))).toEqual([['n1/kubelet.yaml']])
    expect(files[1]).toEqual(KUBELETS[0])
  })

  test('a fix lists what no file of the cluster can express as work to do by hand', () => {
    const [made, unmade] = [change('anonymous-auth'), change('rotateCertificates')]
    const patched = fixable([APISERVER]).patch([made, unmade], setUp)
    expect([patched.unmade, patched.places[1]]).toEqual([[unmade], []])
    expect(patched.byHand).toEqual([expect.stringContaining('rotateCertificates')])
  })

  test('fixed cluster files are imported with the same options as before', () => {
    const old = fixable([APISERVER, ...KUBELETS], { kubernetes: '1.27', network: 'public' })
    const { source } = old.patch([change('anonymous-auth')], setUp)
    expect(source.text).toContain('\nkubernetes: "1.27"')
    expect(source.text).toBe(
      old.source.text.replace(/anonymous-auth: true.*/, 'anonymous-auth: false # cp/kube-apiserver.yaml:15'),
    )
  })

  test('the owner of a cluster can change all its files, except for a provider’s apiserver', () => {
    const ofProvider = fixable([APISERVER, ...KUBELETS], { provider: 'gke' })
    const [flag, field] = [change('anonymous-auth'), change('rotateCertificates')]
    expect([cluster.whoCan(flag), cluster.whoCan(field)]).toEqual([null, null])
    expect([ofProvider.whoCan(flag), ofProvider.whoCan(field)]).toEqual([expect.stringMatching(/GKE|Google/), null])
  })
})

describe('a scenario file', () => {
  const [SCENARIO, IMPORTED] = [UNVERIFIED, `${IMPORT_MARK}\n${UNVERIFIED}`].map((text) =>
    scenarioFixable({ file: 'a.yaml', text }),
  )

  const { setUp, change } = changesIn(SCENARIO)

  test('a fix changes a scenario file in place, and the reader of the file can make all changes', () => {
    const changes = [change('anonymous-auth'), change('rotateCertificates')]
    const { files, source, places, byHand, unmade } = SCENARIO.patch(changes, setUp)
    const text = UNVERIFIED.replace('{ flags: { auth', '{ flags: { anonymous-auth: false, auth').replace(
      '{ mode: Webhook }\n',
      '{ mode: Webhook }\n      rotateCertificates: true\n',
    )
    expect([files, source]).toEqual([[{ path: 'a.yaml', text }], { file: 'a.yaml', text }])
    expect(places.map((own) => own.map(({ what }) => what))).toEqual([
      ['cluster.apiserver.flags.anonymous-auth: false'],
      ['cluster.kubelet.config.rotateCertificates: true'],
    ])
    expect([byHand, unmade, changes.map(SCENARIO.whoCan)]).toEqual([[], [], [null, null]])
  })

  test('a fix of an imported scenario leaves its cluster files to do by hand', () => {
    expect(IMPORTED.patch([change('anonymous-auth')], setUp).byHand).toEqual([
      'the files from which a.yaml was imported: name their folder in place of it, and they are changed too',
    ])
  })

  test('a fix leaves a value to do by hand if the scenario file has no map for it', () => {
    const based = scenarioFixable({ file: 'b.yaml', text: 'cluster: [1]\n' })
    const { files, byHand } = based.patch([change('anonymous-auth')], setUp)
    expect(byHand).toEqual(['b.yaml: cluster.apiserver.flags.anonymous-auth: false'])
    expect(files).toEqual([{ path: 'b.yaml', text: 'cluster: [1]\n' }])
  })
})

describe('the fixable files of a subject', () => {
  const subject = subjectOf([APISERVER])
  const { setUp } = changesIn(subject)
  const placeOfApprover = (named: readonly string[]) =>
    fixableOnDisk({ ...subject, arguments: named }, false).patch([APPROVER], setUp).places[0][0].file

  test('the files that a fix can change are the scenario, or the files that were imported', () => {
    const source = { file: 'a.yaml', text: UNVERIFIED }
    const ofScenario = fixableOnDisk({ source, arguments: ['a.yaml'], imported: null }, true)
    expect([ofScenario.by, ofScenario.source]).toEqual(['scenario', source])
    expect(fixableOnDisk(subject, false)).toMatchObject({ by: 'import', files: [APISERVER] })
  })

  test('a fix cannot write to standard input', () => {
    const piped = { ...subject, arguments: ['.', '-'] }
    expect(() => fixableOnDisk(piped, true)).toThrow('--write cannot change standard input; name a file')
    expect([fixableOnDisk(piped, false).by, fixableOnDisk(subject, true).by]).toEqual(['import', 'import'])
  })

  test('new files of a fix go to the first named folder, else beside the named file, else to the current folder', () => {
    const folder = aFolder({ 'a/cp.yaml': APISERVER.text })
    const name = 'kubelet-csr-approver.yaml'
    expect(placeOfApprover([folder, '-'])).toBe(join(folder, name))
    expect(placeOfApprover([join(folder, 'a/cp.yaml'), folder])).toBe(join(folder, 'a', name))
    expect(placeOfApprover(['-', folder])).toBe(name)
  })
})

describe('the fix of a subject', () => {
  /** Attackers read until anonymous requests are refused. */
  const RULES: RuledCluster = {
    outcomesOf: ({ cluster }, _, { vantage }) =>
      vantage === 'inline' && cluster?.apiserver.configuration.anonymousAuth === true ? ['read'] : ['no-effect'],
  }

  /** Checks a scenario file, and fixes it with a simulator that may differ from that of the check. */
  async function fixed(isWritten = false, change: Partial<Simulator> = {}) {
    const file = join(aFolder({ 'a.yaml': UNVERIFIED }), 'a.yaml')
    const source = { file, text: UNVERIFIED }
    const { simulator } = simulatorBy(RULES)
    const read = readCheck(source, {}, ON_THE_LINK)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const scenarios = read.plan.probes.map(({ scenario }) => scenario)
    const simulated = await simulateAll(scenarios, simulator)
    const options = { today: '2027-01-15', write: isWritten ? writeAndRead : undefined }
    const fixable = {
      ...scenarioFixable(source),
      whoCan: (one: Change) => (changeKey(one).includes('anonymous-auth') ? null : 'others'),
    }
    const fix = await findFix(fixable, read.plan, simulated.results, options, { ...simulator, ...change })
    return { fix, text: readFileSync(file, 'utf8') }
  }

  test('a fix is written and read again only with --write', async () => {
    const shown = await fixed()
    expect([shown.fix.verification, shown.text]).toMatchObject([{ passed: true, written: false }, UNVERIFIED])
    const written = await fixed(true)
    expect(written.fix.verification).toMatchObject({ passed: true, problems: [], written: true })
    expect(written.text).toBe(UNVERIFIED.replace('{ flags: { auth', '{ flags: { anonymous-auth: false, auth'))
  })

  test('a fix ends when the user interrupts it', async () => {
    const stop = new AbortController()
    stop.abort(130)
    await expect(fixed(false, { interruption: stop.signal })).rejects.toThrow(Interrupted)
  })

  test('a fix fails with the error of a simulation', async () => {
    const simulate = () => Promise.reject(new Error('no memory'))
    await expect(fixed(false, { simulate })).rejects.toThrow('no memory')
  })
})

test('fixed files of kubelets are written before those of apiservers, and a file of both comes last', () => {
  const files = ['apiserver', 'both', 'kubelet', 'new', 'other'].map((path) => ({ path, text: '' }))
  const place = (...names: readonly string[]) => names.map((file) => ({ file, what: '' }))
  const places = [place('apiserver', 'both'), place('both', 'kubelet'), place('new')]
  const steps = (['kube-apiserver', 'kubelet', 'cluster'] as const).map((program) => ({ change: { program } }))
  const order = inOrderOfWriting({ files, places }, steps).map(({ path }) => path)
  expect(order).toEqual(['kubelet', 'other', 'new', 'apiserver', 'both'])
})
