// What can attackers get in this cluster, and which flags close it? The files come as texts, as a bot has them.
//
//     node examples/study/check-cluster.ts     (Node 22.18 or later; before: npx tsx examples/study/check-cluster.ts)
import { formatProblem } from 'onpath'
import { check, findFix, fixableOf, importSubject, inPlace, readCheck } from 'onpath/study'

const APISERVER = `apiVersion: v1
kind: Pod
metadata: { name: kube-apiserver, namespace: kube-system }
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.32.0
      command:
        - kube-apiserver
        - --authorization-mode=Node,RBAC
        - --anonymous-auth=false
        - --client-ca-file=/etc/kubernetes/pki/ca.crt
        - --kubelet-client-certificate=/etc/kubernetes/pki/client.crt
        - --kubelet-client-key=/etc/kubernetes/pki/client.key
`
const KUBELET = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: { anonymous: { enabled: true }, x509: { clientCAFile: /etc/kubernetes/pki/ca.crt } }
authorization: { mode: AlwaysAllow }
`
const files = [
  { path: 'kube-apiserver.yaml', text: APISERVER },
  { path: 'kubelet.yaml', text: KUBELET },
]

const simulator = inPlace()
const today = '2027-03-01'

// Check a cluster from texts.
const subject = importSubject(files, { nodesOfKind: 1 })
const read = readCheck(subject.source, {}, { paths: ['logs'], vantages: ['pod'], techniques: ['direct-request'] })
if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'))
const { result, simulated } = await check(read.plan, { today }, simulator)
const found = result.findings.map(({ verdict, forbidden }) => `${verdict.vantage} ${verdict.technique}: ${forbidden}`)
for (const line of new Set(found)) console.log(line)

// Find its fix.
const fix = await findFix(fixableOf(subject), read.plan, simulated.results, { today }, simulator)
console.log(`${fix.closed} of ${fix.findings} are closed by:`)
for (const { change } of fix.steps) console.log(`- ${change}`)
for (const { diff } of fix.patches) console.log(diff)
