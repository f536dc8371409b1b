package bitstream

// Progressive says whether all pictures are frames (frame_mbs_only_flag).
func (s *AVCSPS) Progressive() bool { return s.frameMbsOnly }

// Progressive says whether the source was scanned progressively and nothing else (general_progressive_source_flag and general_interlaced_source_flag).
func (s *HEVCSPS) Progressive() bool { return s.ProfileTierLevel[5]>>6 == 2 }
