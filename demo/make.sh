#!/bin/sh
# Makes the built-in demo stream: a test card with a running clock, the frame
# number, and a beep in sync with a flash, once a second for a minute.
#
#   demo/make.sh          writes demo/files/{demo_360.mp4,demo_720.mp4,demo_audio.m4a}
#   demo/make.sh check    looks whether those files hold what they should
#
# Needs ffmpeg (libx264, drawtext) and the fonts of fonts-dejavu-core.
# One thread and bit-exact flags: the same ffmpeg makes the same bytes.
set -eu
cd "$(dirname "$0")"

FONTS=${FONTS:-/usr/share/fonts/truetype/dejavu}
RATE=25
SECONDS_LONG=60
GOP=50 # two seconds, closed
LIMIT=3000000

# card WIDTH HEIGHT KBIT: one Representation. Every length is a share of the
# height, so that both look alike; the label tells them apart.
card() {
	w=$1 h=$2 rate=$3
	px() { echo $(($h * $1 / 720)); }
	sans="fontfile=$FONTS/DejaVuSans-Bold.ttf"
	mono="fontfile=$FONTS/DejaVuSansMono-Bold.ttf"

	# The background: a quiet grid, eight bars at 75 %, a ramp of greys.
	bg="drawgrid=w=$(px 80):h=$(px 80):t=1:c=0x263140"
	n=0
	for colour in bfbfbf bfbf00 00bfbf 00bf00 bf00bf bf0000 0000bf 000000; do
		bg="$bg,drawbox=x=$(px $((n * 160))):y=0:w=$(px 160):h=$(px 120):c=0x$colour:t=fill"
		grey=$(printf '%02x' $((n * 255 / 7)))
		bg="$bg,drawbox=x=$(px $((n * 160))):y=$(px 680):w=$(px 160):h=$(px 40):c=0x$grey$grey$grey:t=fill"
		n=$((n + 1))
	done
	bg="$bg,drawbox=x=0:y=$(px 120):w=$w:h=$(px 4):c=0x0c1118:t=fill"

	# The dial: it fills in a second, clockwise from the top, and is a white
	# disc for its first two frames. Twenty-five pictures, repeated.
	d=$(px 300)
	radius="hypot(X-$d/2\,Y-$d/2)"
	share="mod(atan2(X-$d/2\,$d/2-Y)/(2*PI)+1\,1)"
	inside="if(lt(N\,2)\,235\,if(lt($share\,(N+1)/$RATE)\,150\,52))"
	luma="lerp($inside\,180\,clip($radius-$d*0.455\,0\,1))" # soft edges
	alpha="255*clip($d*0.49-$radius\,0\,1)"
	dial="color=c=black:s=${d}x$d:r=$RATE:d=1,format=yuva420p,geq=lum=$luma:cb=128:cr=128:a=$alpha,loop=loop=-1:size=$RATE"

	words="drawtext=$sans:text=dashwright:fontsize=$(px 44):fontcolor=0xf2f5f8:x=$(px 480):y=$(px 234)"
	# The clock starts one letter further left: ffmpeg writes a sign before it.
	words="$words,drawtext=$mono:text='%{pts\\:hms}':fontsize=$(px 92):fontcolor=white:x=$(px 425):y=$(px 320)"
	words="$words,drawtext=$mono:text='frame %{eif\\:n\\:d\\:4}':fontsize=$(px 52):fontcolor=0xffd166:x=$(px 480):y=$(px 444)"
	words="$words,drawtext=$sans:text='${w} × ${h}   $RATE fps':fontsize=$(px 36):fontcolor=0x9fb3c8:x=$(px 480):y=$(px 532)"

	ffmpeg -v error -y -f lavfi -i "color=c=0x18202b:s=${w}x$h:r=$RATE:d=$SECONDS_LONG" -f lavfi -i "$dial" \
		-filter_complex "[0:v]$bg[bg];[bg][1:v]overlay=x=$(px 112):y=$(px 252):shortest=1[o];[o]$words,format=yuv420p[v]" \
		-map '[v]' -frames:v $((RATE * SECONDS_LONG)) \
		-c:v libx264 -preset slower -profile:v high -threads 1 -bf 2 -refs 3 \
		-b:v "${rate}k" -maxrate "$((rate * 3))k" -bufsize "$((rate * 6))k" \
		-x264-params "keyint=$GOP:min-keyint=$GOP:scenecut=0:open-gop=0:no-fast-pskip=1:colorprim=bt709:transfer=bt709:colormatrix=bt709" \
		-color_range tv -map_metadata -1 -fflags +bitexact -flags:v +bitexact \
		-metadata:s:v:0 handler_name=video -movflags +faststart "files/demo_$h.mp4"
}

# sound: 80 ms of tone at the start of each second, an octave higher at every tenth.
sound() {
	tone="0.35*sin(2*PI*t*if(lt(mod(t\,10)\,1)\,1760\,880))*lt(mod(t\,1)\,0.08)"
	ffmpeg -v error -y -f lavfi -i "aevalsrc=exprs=$tone|$tone:c=stereo:s=48000:d=$SECONDS_LONG" \
		-c:a aac -b:a 64k -threads 1 -map_metadata -1 -fflags +bitexact -flags:a +bitexact \
		-metadata:s:a:0 handler_name=audio -movflags +faststart files/demo_audio.m4a
}

# expect FILE ENTRIES WANTED: what ffprobe says of the only track in FILE.
expect() {
	got=$(ffprobe -v error -show_entries "stream=$2" -of csv=p=0 "files/$1" | tr -d '\r')
	[ "$got" = "$3" ] || {
		echo "demo/files/$1: $2 is '$got', expected '$3'" >&2
		exit 1
	}
}

check() {
	for h in 360 720; do
		expect demo_$h.mp4 codec_name,profile,width,height,has_b_frames,r_frame_rate,nb_frames \
			"h264,High,$((h * 16 / 9)),$h,2,$RATE/1,$((RATE * SECONDS_LONG))"
		keys=$(ffprobe -v error -show_entries packet=flags -of csv=p=0 files/demo_$h.mp4 | grep -n K | cut -d: -f1 | tr '\n' ' ')
		wanted=$(seq 1 $GOP $((RATE * SECONDS_LONG)) | tr '\n' ' ')
		[ "$keys" = "$wanted" ] || {
			echo "demo/files/demo_$h.mp4: sync samples at $keys" >&2
			exit 1
		}
	done
	expect demo_audio.m4a codec_name,sample_rate,channels aac,48000,2
	total=$(cat files/demo_* | wc -c)
	[ "$total" -le $LIMIT ] || {
		echo "demo/files: $total bytes, at most $LIMIT" >&2
		exit 1
	}
	echo "demo/files: $total bytes, as they should be"
}

if [ "${1:-}" != check ]; then
	mkdir -p files
	card 640 360 115
	card 1280 720 250
	sound
fi
check
