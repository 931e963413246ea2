# bash completion for imgcnn. Verbs and options are asked of the program, which answers in milliseconds.

_imgcnn_verbs() { "$1" --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p'; }
_imgcnn_options() { "$1" "$2" --help 2>/dev/null | sed -n 's/^  \(-[^ ]*\).*/\1/p' | tr ',' '\n'; }

_imgcnn() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_imgcnn_verbs "$1") --help --version" -- "$word")
    return
  fi
  case $before in
    --device) words="auto cpu cuda" ;;
    --runtime) words="auto native torch" ;;
    --format) words="png jpg webp tiff bmp ppm pgm" ;;
    --png-level) words="0 1 2 3 4 5 6 7 8 9" ;;
    --colour-balance) words=auto ;;
    --tune) words="visual psnr" ;;
    --preset) words="classic fast high" ;;
    --pool) words="max avg" ;;
    --precision) words="auto fp32 bf16" ;;
    -o | --output-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$word")
      return
      ;;
    -m | --model) mapfile -t COMPREPLY < <(compgen -W "fast high fast-visual high-visual classic" -- "$word") ;;
  esac
  if [ -n "$words" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_imgcnn_options "$1" "$verb")" -- "$word")
  else
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _imgcnn imgcnn
