#!/bin/sh
# Installs what the tests need where it is missing: Debian packages by apt, Go tools by the Go proxy.
set -eu

missing=
for pair in ffmpeg:ffmpeg ffprobe:ffmpeg xmllint:libxml2-utils chromium:chromium mkvmerge:mkvtoolnix \
	mencoder:mencoder gst-launch-1.0:gstreamer1.0-tools gcc:gcc wrk:wrk nginx:nginx-light; do
	command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
command -v vlc >/dev/null 2>&1 || missing="$missing vlc-bin vlc-plugin-base"
command -v gst-inspect-1.0 >/dev/null 2>&1 && gst-inspect-1.0 isomp4 >/dev/null 2>&1 || missing="$missing gstreamer1.0-plugins-good"
command -v gst-inspect-1.0 >/dev/null 2>&1 && gst-inspect-1.0 mpegtsmux >/dev/null 2>&1 || missing="$missing gstreamer1.0-plugins-bad"
if [ -n "$missing" ]; then
	echo "installing:$missing"
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	# shellcheck disable=SC2086 # a list of packages
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing
fi

command -v "$(go env GOPATH)/bin/staticcheck" >/dev/null 2>&1 || go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
