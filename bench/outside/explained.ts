const ALLOWS_ALL =
  'the apiserver has no --authorization-mode, allows everything, and turns anonymous authentication off then (ApplyAuthorization)'
const NO_FLAGS = 'a kubelet without any flag is in no cluster: a line with its name alone is taken for prose'
const EXAMPLES = 'tests/kubernetes/checks/example_'

/** The verdicts that differ, as `FIXTURE: WHAT`, with the reason. */
export const EXPLAINED: Readonly<Record<string, string>> = {
  'rules/ensure-that-the-api-server-anonymous-auth-argument-is-set-to-false/test/rke2-args-fail: kube-apiserver --anonymous-auth':
    ALLOWS_ALL,
  'rules/insecure-port-flag/test/test: kube-apiserver --insecure-port':
    'an apiserver of 1.20 does not start with another value than 0',
  'rules/anonymous-requests-to-kubelet-updated/test/no-cli-params: kubelet --authentication.anonymous.enabled':
    'a kubelet without --config accepts anonymous requests by default, which the rule does not know',
  'rules/kubelet-authorization-mode-alwaysAllow/test/fail-no-cli-and-config: kubelet --authorization.mode': NO_FLAGS,
  'rules/kubelet-authorization-mode-alwaysAllow/test/fail-no-cli-and-config: control C-0173': NO_FLAGS,
  'rules/kubelet-authorization-mode-alwaysAllow/test/fail-sensor-failed: kubelet --authorization.mode':
    "the configuration file is missing: the rule fails then, an import says so and assumes kubeadm's",
  [`${EXAMPLES}ApiServerAnonymousAuth/ApiServer-AnonymousAuth-Missing-FAILED.yaml: kube-apiserver --anonymous-auth`]:
    ALLOWS_ALL,
  [`${EXAMPLES}ApiServerAnonymousAuth/ApiServer-AnonymousAuth-True-FAILED.yaml: kube-apiserver --anonymous-auth`]:
    ALLOWS_ALL,
  [`${EXAMPLES}ApiServerAuthorizationModeNode/ApiServer-PASSED.yaml: kube-apiserver --authorization-mode Node`]:
    'the image is of 1.6.0, and the authorizer exists from 1.7 on',
  [`${EXAMPLES}ApiServerAuthorizationModeNotAlwaysAllow/ApiServer-PASSED-2.yaml: kube-apiserver --authorization-mode AlwaysAllow`]:
    'the flag is missing, and its default is AlwaysAllow, which the check does not know',
  [`${EXAMPLES}ApiServerNodeRestrictionPlugin/ApiServerNodeRestrictionPlugin-PASSED.yaml: kube-apiserver --enable-admission-plugins NodeRestriction`]:
    'the image is of 1.6.0, and the flag exists from 1.10 on',
  [`${EXAMPLES}KubeletAuthorizationModeNotAlwaysAllow/KubeletAuthorizationModeNotAlwaysAllow-PASSED.yaml: kubelet --authorization.mode`]:
    'kubelets have no modes RBAC and node, and do not start with them',
}
