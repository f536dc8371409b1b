package subtitle

import "testing"

func TestSRTText(t *testing.T) {
	for _, c := range []struct{ in, text, settings string }{
		{"Hello", "Hello", ""},
		{"one\r\ntwo\r\n", "one\ntwo", ""},
		{"a\n\n \nb", "a\nb", ""},
		{"<i>one</i> two", "<i>one</i> two", ""},
		{"<B><I>x</B>y</I>z", "<b><i>x</i></b><i>y</i>z", ""},
		{"<i>not closed", "<i>not closed</i>", ""},
		{"</i>closed only", "closed only", ""},
		{"<i></i>", "", ""},
		{" \n ", "", ""},
		{"R&B <3 x < y > z", "R&amp;B &lt;3 x &lt; y &gt; z", ""},
		{"&amp; &lt;b&gt; &nbsp;&#39; &nosuch; &;", "&amp; &lt;b&gt; \u00a0' &amp;nosuch; &amp;;", ""},
		{`<font color="#ffff00">y</font> <font color=red>r<font size="3">s</font>r</font>`, "<c.yellow>y</c> <c.red>r</c>s<c.red>r</c>", ""},
		{`<font color="#123456" face="x">y</font>`, "y", ""},
		{"<unknown>x</unknown><s>y</s>", "xy", ""},
		{"a<br/>b", "a\nb", ""},
		{`{\an8}top`, "top", "line:0"},
		{`{\an7\i1}top{\an1}`, "<i>top</i>", "line:0 align:left"},
		{`{\an6}m`, "m", "line:50% align:right"},
		{`{\an2}b`, "b", ""},
		{`{\a6}t`, "t", "line:0"},
		{`{\pos(10,20)}p`, "p", ""},
		{"{i}old{/i} {text}", "<i>old</i> {text}", ""},
		{"see <http://x.org/>", "see &lt;http://x.org/&gt;", ""},
		{"<", "&lt;", ""},
		{"a <b", "a &lt;b", ""},
		{"<>", "&lt;&gt;", ""},
		{"</>", "&lt;/&gt;", ""},
		{"{", "{", ""},
		{"{}", "{}", ""},
		{`{\}`, "", ""},
		{"a --> b", "a --&gt; b", ""},
		{"caf\xe9", "caf\ufffd", ""},
		{"a\x00b", "ab", ""},
	} {
		if text, settings := SRTText(c.in); text != c.text || settings != c.settings {
			t.Errorf("SRTText(%q) = %q, %q, want %q, %q", c.in, text, settings, c.text, c.settings)
		}
	}
}

func TestASSText(t *testing.T) {
	for _, c := range []struct{ in, text, settings string }{
		{`Hello`, "Hello", ""},
		{`one\Ntwo\nthree\hfour`, "one\ntwo three\u00a0four", ""},
		{`{\i1}it{\i0} up`, "<i>it</i> up", ""},
		{`{\b1\i1}x{\b0}y{\r}z`, "<b><i>x</i></b><i>y</i>z", ""},
		{`{\b700}x{\b400}y`, "<b>x</b>y", ""},
		{`{\u1}x`, "<u>x</u>", ""},
		{`{\an8}top`, "top", "line:0"},
		{`{\an5}{\an8}mid`, "mid", "line:50%"},
		{`{\a7}t`, "t", "line:0 align:right"},
		{`{\a10}m`, "m", "line:50%"},
		{`{\an0}{\an12}x`, "x", ""},
		{`{\pos(1,2)\bord2\be1\blur3\alpha&HFF&\fnArial\iclip(1,2,3,4)\pbo3}x`, "x", ""},
		{`{\t(0,500,\i1\b1)}x`, "x", ""},
		{`{\p1}m 0 0 l 100 0 100 100{\p0}`, "", ""},
		{`{\p1}m 0 0 l 1 1{\p0}text`, "text", ""},
		{`{\c&H00FFFF&}y{\c}w{\1c&H0000FF&}r`, "<c.yellow>y</c>w<c.red>r</c>", ""},
		{`{a comment}x`, "x", ""},
		{`{not closed`, "{not closed", ""},
		{`\{x\}`, "{x}", ""},
		{`a & b < c > d`, "a &amp; b &lt; c &gt; d", ""},
		{`C:\dir\`, `C:\dir\`, ""},
		{`\N\N`, "", ""},
		{`a\N\Nb\N`, "a\nb", ""},
		{`{\k20}ka{\kf30}ra`, "kara", ""},
		{`{\iffy}x`, "x", ""},
	} {
		if text, settings := ASSText(c.in); text != c.text || settings != c.settings {
			t.Errorf("ASSText(%q) = %q, %q, want %q, %q", c.in, text, settings, c.text, c.settings)
		}
	}
}
