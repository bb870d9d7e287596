/** Shells for which there is a script that completes command lines of onpath. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/**
 * The scripts. They pass the words of the command line to `onpath complete`, as arguments, and evaluate none of them. The
 * response is a line for each word, with its meaning after a tab, and then a line `:files` where files can stand too.
 */
export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = {
  // COMP_WORDS has redirections too, and is cut at = and :.
  bash: `# Completes command lines of onpath in bash.
_onpath() {
    local IFS=$' \\t\\n' rest=$COMP_LINE i word gap line value cur= breaks=
    local -a words=()
    COMPREPLY=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        gap=\${rest%%[![:blank:]]*}
        rest=\${rest:\${#gap}}
        rest=\${rest:\${#word}}
        case $word in
        *[\\<\\>]*)
            # A redirection and its file are no words of the command.
            ((i == COMP_CWORD)) && return
            case $word in
            *[\\<\\>] | *[\\<\\>]'&' | *[\\<\\>]'|')
                ((++i == COMP_CWORD)) && { _onpath_files; return; }
                word=\${COMP_WORDS[i]}
                gap=\${rest%%[![:blank:]]*}
                rest=\${rest:\${#gap}}
                rest=\${rest:\${#word}}
                ;;
            esac
            continue
            ;;
        esac
        if [[ -z $gap && \${#words[@]} -gt 0 && ( $word == [=:]* || \${words[\${#words[@]}-1]} == *[=:] ) ]]; then
            words[\${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
    done
    cur=\${words[\${#words[@]}-1]}
    # Only what follows the last character that separates words is replaced.
    for value in = :; do
        if [[ $COMP_WORDBREAKS == *"$value"* && $cur == *"$value"* ]]; then
            line=\${cur%"\${cur##*"$value"}"}
            ((\${#line} > \${#breaks})) && breaks=$line
        fi
    done
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            _onpath_files
            return
        fi
        value=\${line%%$'\\t'*}
        [[ -n $value ]] || continue
        value=\${value#"$breaks"}
        [[ $value == *[^[:alnum:]_./:=@%+,-]* ]] && printf -v value '%q' "$value"
        COMPREPLY+=("$value")
    done <<<"$(onpath complete -- "\${words[@]:1}" 2>/dev/null </dev/null)"
}

# Leaves a word to bash, which completes and quotes the names of files itself.
_onpath_files() {
    COMPREPLY=()
    type compopt >/dev/null 2>&1 && compopt -o default
}

complete -F _onpath onpath
`,
  // `words` does not contain redirections. (Q) removes quotes without evaluating the text in them.
  zsh: `#compdef onpath
# Completes command lines of onpath in zsh.
_onpath() {
    local line value cur=\${(Q)PREFIX}
    local -a before names
    before=("\${(@Q)words[2,CURRENT-1]}")
    while IFS= read -r line; do
        if [[ $line == ':files' ]]; then
            [[ $PREFIX == --*=* ]] && compset -P '*='
            _files
            return
        fi
        [[ -n $line ]] || continue
        value=\${line%%$'\\t'*}
        [[ $cur == --*=* ]] && value=\${value#*=}
        names+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    done <<<"$(onpath complete -- "$before[@]" "$cur" 2>/dev/null </dev/null)"
    [[ $PREFIX == --*=* ]] && compset -P '*='
    (($#names)) && _describe onpath names
}

if [[ $funcstack[1] == _onpath ]]; then
    _onpath "$@"
else
    (($+functions[compdef])) || { autoload -Uz compinit && compinit; }
    compdef _onpath onpath
fi
`,
  // The option -o of commandline removes quotes without evaluating the text in them.
  fish: `# Completes command lines of onpath in fish.
function __onpath_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in (onpath complete -- $before[2..-1] "$current" 2>/dev/null </dev/null)
        if test "$line" = ':files'
            set -l head (string match -r -- '^--[^=]*=' "$current")
            set -l start (string replace -r -- '^--[^=]*=' '' "$current")
            for path in (__fish_complete_path "$start")
                printf '%s%s\\n' "$head" "$path"
            end
        else
            printf '%s\\n' "$line"
        end
    end
end

complete -c onpath -e
complete -c onpath -f -a '(__onpath_complete)'
`,
}
